package io.sallyport.api.config;

/**
 * The place where a value was written.
 *
 * @param source a file's path as the user gave it, or a word such as {@code command line}
 * @param line the line within the source, from 1; 0 where it is not known
 * @since 0.1
 */
public record Origin(String source, int line) {
  /** The origin of a value that nobody wrote down. */
  public static final Origin UNKNOWN = new Origin("", 0);

  /** Text for people and editors: {@code file:line}, {@code file}, or an empty string. */
  public String text() {
    return line > 0 ? source + ":" + line : source;
  }
}
