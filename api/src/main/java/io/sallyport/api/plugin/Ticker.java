package io.sallyport.api.plugin;

/**
 * Monotonic time, handed in so that tests can hold it still.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Ticker {
  /** Nanoseconds since an arbitrary moment; only differences mean something. Any thread. */
  long nanos();
}
