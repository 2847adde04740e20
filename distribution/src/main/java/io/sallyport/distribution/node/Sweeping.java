package io.sallyport.distribution.node;

import io.sallyport.engine.event.EngineEvent;
import io.sallyport.engine.event.EngineEvents;

/**
 * Has the memory collected that applying a large catalog leaves behind. The old generation is
 * nearly full by then, and the next change of a single service, some hours later perhaps, would
 * wait for a whole collection that it did not cause.
 */
final class Sweeping implements EngineEvents {
  /** From how many changed services on it is worth a pause. */
  static final int MANY = 1_000;

  private final EngineEvents receiver;
  private final Runnable collector;

  /**
   * Hands on to another receiver first.
   *
   * @param collector collects; the thread of the event waits for it
   */
  Sweeping(EngineEvents receiver, Runnable collector) {
    this.receiver = receiver;
    this.collector = collector;
  }

  @Override
  public void happened(EngineEvent event) {
    receiver.happened(event);
    if (event instanceof EngineEvent.CatalogApplied applied && applied.changed() >= MANY) {
      collector.run();
    }
  }
}
