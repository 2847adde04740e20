package io.sallyport.distribution.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The log of a running agent. Once closed, nothing is logged any more.
 *
 * @since 0.1
 */
public final class Logging implements AutoCloseable {
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final LoggerContext context;
  private final LogWriter writer;

  private Logging(LoggerContext context, LogWriter writer) {
    this.context = context;
    this.writer = writer;
  }

  /**
   * Sends what is logged in a context to a stream, from a thread of its own.
   *
   * @param out written and flushed, never closed
   */
  public static Logging start(
      LoggerContext context, LogSettings settings, OutputStream out, InstantSource clock) {
    context.reset();
    LogWriter writer =
        new LogWriter(LogLines.of(settings.format()), out, settings.queue(), clock, CLOSING);
    writer.setContext(context);
    writer.setName("lines");
    writer.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(settings.level().libraries());
    context.getLogger("io.sallyport").setLevel(settings.level().level());
    context.getLogger(LogLine.HAPROXY).setLevel(settings.level().level());
    root.addAppender(writer);
    return new Logging(context, writer);
  }

  /** Lines that were dropped because nobody read the output in time. Any thread. */
  public long dropped() {
    return writer.dropped();
  }

  /** Writes what is queued, for two seconds at most, and ends the thread. */
  @Override
  public void close() {
    context.stop();
  }
}
