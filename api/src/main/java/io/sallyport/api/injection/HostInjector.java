package io.sallyport.api.injection;

import java.util.List;
import java.util.Set;

/**
 * Keeps one part of the node's name resolution (a hosts file, the loopback's addresses, a resolver)
 * as the bindings want it.
 *
 * <p>Level-triggered: it is always given everything that should be there, makes the difference
 * itself, and doing it again changes nothing. It owns only what it has put there, recognises that
 * after a restart or a crash, and leaves everything else byte for byte.
 *
 * <p>All methods are called on the injection thread, one at a time, and may block on the node's
 * files and kernel, for seconds at most.
 *
 * @since 0.1
 */
public interface HostInjector extends AutoCloseable {
  /**
   * Makes the node's state match. Never throws for what the node refuses: that is in the report,
   * per binding, and the other bindings are served all the same.
   *
   * @param desired everything that should be there; an empty set withdraws all that is ours
   */
  InjectionReport reconcile(Set<HostBinding> desired);

  /**
   * What {@link #reconcile} would do, in lines for people, such as {@code + 172.20.0.7 icr.io};
   * empty when nothing. Changes nothing.
   */
  List<String> preview(Set<HostBinding> desired);

  /** Stops watching. Leaves what is published. */
  @Override
  void close();
}
