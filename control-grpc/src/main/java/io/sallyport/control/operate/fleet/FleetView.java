package io.sallyport.control.operate.fleet;

import io.sallyport.control.v1.NodeState;
import java.util.List;
import java.util.function.Consumer;

/**
 * Nodes as they are: those of one replica, or the whole fleet. Any thread; nothing blocks.
 *
 * @since 0.1
 */
public interface FleetView {
  /** Every node that is known now, with its services. */
  List<NodeState> nodes();

  /**
   * Is told of each node once now, and then again when it changes.
   *
   * @param changed called by any thread, for one node by one thread at a time; returns soon
   */
  Watch watch(Consumer<NodeState> changed);

  /** A watch; closing it ends it. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
