package io.sallyport.distribution.log;

import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** The form of a line. */
@FunctionalInterface
interface LogLines {
  /** UTC with three digits after the second, always. */
  DateTimeFormatter TIME = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  /** Appends the line and its newline. */
  void append(StringBuilder out, LogLine line);

  static LogLines of(LogFormat format) {
    return switch (format) {
      case KEY_VALUES, HAPROXY -> new KeyValueLines();
      case JSON -> new JsonLines();
    };
  }
}
