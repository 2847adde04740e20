package io.sallyport.api.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One object of a configuration, as a strategy's factory sees it.
 *
 * <p>No method throws for what a user wrote: a value of the wrong kind is recorded as a problem,
 * and the fallback is returned so that reading goes on and finds the rest. Every key that a reader
 * asks for counts as known; after {@link #finish()} each key that nobody asked for is a problem
 * with a suggestion of the nearest known one.
 *
 * <p>Used by one thread, and only during the call that received it.
 *
 * @since 0.1
 */
public interface ConfigSection {
  /** Where this object stands, such as {@code services.icr.health-check}. */
  String path();

  /** The file and line of this object. */
  Origin origin();

  /** The keys that are present, in the order of the file where that is known. */
  Set<String> keys();

  /** True when the key is present; the key counts as known from then on. */
  boolean has(String key);

  /** A text that must be there; a missing one is a problem and yields the fallback. */
  String requiredText(String key, String fallback);

  /** A text, or empty when absent. */
  Optional<String> text(String key);

  /** A list of texts; a single text counts as a list of one; absent is empty. */
  List<String> texts(String key);

  /**
   * A whole number within bounds, or the fallback when absent or wrong.
   *
   * @param least the smallest value allowed
   * @param most the largest value allowed
   */
  int integer(String key, int fallback, int least, int most);

  /** {@code true} or {@code false}. */
  boolean flag(String key, boolean fallback);

  /** A duration with a unit ({@code 250ms}, {@code 3s}, {@code 1m}), within bounds. */
  Duration duration(String key, Duration fallback, Duration least, Duration most);

  /** A size in bytes, with an optional unit ({@code 64KiB}). */
  long bytes(String key, long fallback, long least, long most);

  /** One of an enum's constants, written in kebab-case. */
  <E extends Enum<E>> E choice(String key, E fallback);

  /** An object within this one, empty when absent. */
  Optional<ConfigSection> section(String key);

  /** A list of objects; absent is empty. */
  List<ConfigSection> sections(String key);

  /**
   * Records a problem with the value of a key.
   *
   * @param key the key, or an empty string for this object as a whole
   */
  void problem(String key, String message, String remedy);

  /** Records a problem for each key that nobody asked for. Call once, last. */
  void finish();
}
