package io.sallyport.engine;

/**
 * How a node moves bytes.
 *
 * @param transport what moves them
 * @param eventLoops threads; 0 means one for each core
 * @param maxPipes pipes that bulk sessions may be spliced through at once, of two descriptors each;
 *     0 means that all is copied
 * @since 0.1
 */
public record DataPathSettings(TransportChoice transport, int eventLoops, int maxPipes) {
  /** Checks the bounds. */
  public DataPathSettings {
    if (eventLoops < 0 || maxPipes < 0) {
      throw new IllegalArgumentException("loops and pipes cannot be fewer than none");
    }
  }
}
