package io.sallyport.distribution.log;

/**
 * How a log line is written.
 *
 * @since 0.1
 */
public enum LogFormat {
  /** Time, level, message, then {@code key=value} pairs. */
  KEY_VALUES,
  /** One JSON object for each line. */
  JSON,
  /**
   * Sessions and health in HAProxy's own lines, with nothing before them, for the parsers that
   * exist; everything else as {@link #KEY_VALUES}.
   */
  HAPROXY
}
