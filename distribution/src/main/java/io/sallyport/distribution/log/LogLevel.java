package io.sallyport.distribution.log;

import ch.qos.logback.classic.Level;

/**
 * The least level that is written.
 *
 * @since 0.1
 */
public enum LogLevel {
  /** Everything, the libraries' details included. */
  TRACE(Level.TRACE),
  /** Details of our own. */
  DEBUG(Level.DEBUG),
  /** Transitions. */
  INFO(Level.INFO),
  /** What somebody should look at. */
  WARN(Level.WARN),
  /** What failed. */
  ERROR(Level.ERROR);

  private final Level level;

  LogLevel(Level level) {
    this.level = level;
  }

  Level level() {
    return level;
  }

  /** Libraries speak below warnings only when everything is asked for. */
  Level libraries() {
    return this == TRACE || level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN;
  }
}
