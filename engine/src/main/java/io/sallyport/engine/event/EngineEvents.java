package io.sallyport.engine.event;

/**
 * Receives what happens in an engine.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface EngineEvents {
  /** Called on the thread on which it happened, an event loop's included: must not block. */
  void happened(EngineEvent event);
}
