package io.sallyport.api.source;

/**
 * Where a node's catalog comes from. Started once, closed once.
 *
 * @since 0.1
 */
public interface CatalogSource extends AutoCloseable {
  /**
   * Begins. A catalog that was kept on disk is handed to the taker before this returns; whatever
   * comes later is handed over by the source's own thread, one catalog at a time. Blocks for no
   * longer than reading from the disk takes.
   *
   * <p>A source that cannot reach what it follows goes on trying, and says so in its {@link
   * #status}; it never takes back what it has handed over for that reason.
   */
  void start(CatalogTaker taker);

  /** Where it stands. Any thread; returns at once. */
  SourceStatus status();

  /** Hands over nothing more. Blocks until what it was handing over is taken, and little longer. */
  @Override
  void close();
}
