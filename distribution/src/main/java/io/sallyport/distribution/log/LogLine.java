package io.sallyport.distribution.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * What one line says.
 *
 * @param logger who logged it
 * @param fields in the order in which they were added
 * @param fault the exception that goes with it
 */
record LogLine(
    Instant time,
    Level level,
    String logger,
    String message,
    List<KeyValuePair> fields,
    @Nullable IThrowableProxy fault) {
  /** Lines of this logger are HAProxy's, complete as they are. */
  static final String HAPROXY = "haproxy";

  private static final String OURS = "io.sallyport.";

  static LogLine of(ILoggingEvent event) {
    List<KeyValuePair> fields = event.getKeyValuePairs();
    return new LogLine(
        event.getInstant(),
        event.getLevel(),
        event.getLoggerName(),
        Objects.requireNonNullElse(event.getFormattedMessage(), ""),
        fields == null ? List.of() : fields,
        event.getThrowableProxy());
  }

  boolean foreign() {
    return !logger.startsWith(OURS);
  }

  /** The fault in one line: its class and what it says. */
  static String summary(IThrowableProxy fault) {
    String message = fault.getMessage();
    return message == null || message.isEmpty()
        ? fault.getClassName()
        : fault.getClassName() + ": " + message;
  }
}
