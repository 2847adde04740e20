package io.sallyport.distribution;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** What our classes log during a test, as {@code LEVEL message key=value …}. */
public final class CapturedLog implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger logger;
  private final AppenderBase<ILoggingEvent> appender;

  public CapturedLog(Class<?> of) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    logger = context.getLogger(of.getName());
    appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            String pairs =
                event.getKeyValuePairs() == null
                    ? ""
                    : event.getKeyValuePairs().stream()
                        .map(pair -> " " + pair.key + "=" + pair.value)
                        .collect(Collectors.joining());
            lines.add(event.getLevel() + " " + event.getFormattedMessage() + pairs);
          }
        };
    appender.setContext(context);
    appender.start();
    logger.setLevel(Level.DEBUG);
    logger.addAppender(appender);
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    logger.setLevel(null);
  }
}
