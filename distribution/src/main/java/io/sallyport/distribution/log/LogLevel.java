package io.sallyport.distribution.log;

import ch.qos.logback.classic.Level;

/**
 * The least level that is written.
 *
 * @since 0.1
 */
public enum LogLevel {
  /** Everything, the libraries' details included. */
  TRACE,
  /** Details of our own. */
  DEBUG,
  /** Transitions. */
  INFO,
  /** What somebody should look at. */
  WARN,
  /** What failed. */
  ERROR;

  Level level() {
    return switch (this) {
      case TRACE -> Level.TRACE;
      case DEBUG -> Level.DEBUG;
      case INFO -> Level.INFO;
      case WARN -> Level.WARN;
      case ERROR -> Level.ERROR;
    };
  }

  /** Libraries speak below warnings only when everything is asked for. */
  Level libraries() {
    return this == DEBUG || this == INFO ? Level.WARN : level();
  }
}
