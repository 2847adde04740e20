package io.sallyport.control.server;

import io.sallyport.api.plugin.Ticker;
import java.time.Duration;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What gRPC has to say, as lines of our log. By itself it writes stack traces to the standard error
 * stream, one for each message that a peer makes too large: here each is a line with the reason, so
 * many a second, and the others are counted.
 *
 * <p>Any thread. There is one in a process at a time; closing it gives the process's logging back.
 */
final class GrpcLog extends Handler {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcLog.class);
  private static final String NAME = "io.grpc";
  private static final int LINES_A_SECOND = 5;

  // The process keeps no hold of it, and would forget what is set here.
  private final java.util.logging.Logger source = java.util.logging.Logger.getLogger(NAME);
  private final Ticker ticker;
  private long second;
  private int lines;
  private long untold;

  private GrpcLog(Ticker ticker) {
    this.ticker = ticker;
    this.second = ticker.nanos();
  }

  /** Takes over from now on. */
  static GrpcLog taken(Ticker ticker) {
    GrpcLog log = new GrpcLog(ticker);
    log.source.setUseParentHandlers(false);
    log.source.addHandler(log);
    return log;
  }

  @Override
  public void publish(LogRecord record) {
    if (record.getLevel().intValue() < Level.WARNING.intValue()) {
      return;
    }
    long missed;
    synchronized (this) {
      long now = ticker.nanos();
      if (now - second >= Duration.ofSeconds(1).toNanos()) {
        second = now;
        lines = 0;
      }
      if (lines >= LINES_A_SECOND) {
        untold++;
        return;
      }
      lines++;
      missed = untold;
      untold = 0;
    }
    LOG.atWarn()
        .addKeyValue("reason", reason(record))
        .addKeyValue("untold_before", missed)
        .log("gRPC complains: {}", firstLine(String.valueOf(record.getMessage())));
  }

  private static String reason(LogRecord record) {
    Throwable thrown = record.getThrown();
    return thrown == null ? "" : firstLine(String.valueOf(thrown.getMessage()));
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    source.removeHandler(this);
    source.setUseParentHandlers(true);
  }
}
