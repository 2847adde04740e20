package io.sallyport.distribution.hocon;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads HOCON files: includes of files and substitutions are followed; the environment, system
 * properties, the class path and the network are not, so that a file means the same everywhere.
 *
 * <p>No method throws for what a user wrote. Any thread.
 *
 * @since 0.1
 */
public final class HoconReader {
  private final Predicate<List<String>> once;

  /**
   * Makes a reader.
   *
   * @param once says by its path whether an object may be written only once in a file; others may
   *     be written in parts, which merge
   */
  public HoconReader(Predicate<List<String>> once) {
    this.once = once;
  }

  /** Reads a file; blocks while it does. */
  public HoconDocument read(Path file) {
    return new HoconReading(once).file(file);
  }

  /**
   * Reads a text that includes nothing.
   *
   * @param source what problems call it
   */
  public HoconDocument read(String source, String text) {
    return new HoconReading(once).text(source, text);
  }
}
