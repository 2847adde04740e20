package io.sallyport.control.server;

import io.sallyport.control.v1.NodeState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes, as a control plane knows them: either those of one replica, or, kept by {@link Peers},
 * those of all replicas. A node whose agent has left stays listed for a time. Any thread; no method
 * blocks.
 *
 * @since 0.1
 */
public final class Fleet {
  private static final Logger log = LoggerFactory.getLogger(Fleet.class);

  private final Executor executor;
  private final Map<String, Sighting> nodes = new ConcurrentSkipListMap<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

  /**
   * Knows of no node.
   *
   * @param executor tells the watchers; any number of threads
   */
  public Fleet(Executor executor) {
    this.executor = executor;
  }

  /** How much is told of a node. */
  public enum Detail {
    /** All but {@code NodeState.services}. */
    SUMMARY,
    /**
     * Every service, too; of one that serves and whose endpoints are all up, only that it does. Of
     * a node of another replica there are none: {@link Peers#nodes} asks for them.
     */
    SERVICES
  }

  /** The nodes in the order of their names, as they are now. */
  public List<NodeState> nodes() {
    return nodes(Detail.SUMMARY);
  }

  /** The nodes in the order of their names, as they are now. */
  public List<NodeState> nodes(Detail detail) {
    return nodes.values().stream().map(node -> node.state(detail)).toList();
  }

  /** One node, when it is known. */
  public Optional<NodeState> node(String name, Detail detail) {
    return Optional.ofNullable(nodes.get(name)).map(node -> node.state(detail));
  }

  /**
   * Is told of each node once, on the calling thread before this returns, and then of each node
   * that changes, on the fleet's executor, one at a time. Changes of a node that come faster than
   * they are taken are merged; the latest is always told. That a node is no longer listed is not
   * told.
   *
   * @param changed may take its time: only its own news wait
   */
  public Watch watch(Consumer<NodeState> changed) {
    Watcher watcher = new Watcher(changed);
    watchers.add(watcher);
    watcher.begin();
    return watcher;
  }

  /** A watch; closing it ends it, though what is being told is told to its end. */
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /** Something known about a node. Immutable. */
  interface Sighting {
    NodeState state(Detail detail);
  }

  /** Puts a node in place of what was known of it. */
  public void put(NodeState state) {
    put(state.getNode().getName(), _ -> state);
  }

  /** Puts what is known of a node in place of what was. */
  void put(String name, Sighting sighting) {
    nodes.put(name, sighting);
    watchers.forEach(watcher -> watcher.changed(name));
  }

  /** Lists a node no longer, if nothing else has become known of it. */
  void forget(String name, Sighting sighting) {
    nodes.remove(name, sighting);
  }

  /** Lists a node no longer. */
  void forget(String name) {
    nodes.remove(name);
  }

  private final class Watcher implements Watch {
    private final Consumer<NodeState> changed;
    private final Set<String> dirty = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean telling = new AtomicBoolean(true);
    private volatile boolean closed;

    Watcher(Consumer<NodeState> changed) {
      this.changed = changed;
    }

    void begin() {
      nodes.values().forEach(node -> tell(node));
      telling.set(false);
      if (!dirty.isEmpty()) {
        wake();
      }
    }

    void changed(String name) {
      dirty.add(name);
      wake();
    }

    private void wake() {
      if (!closed && telling.compareAndSet(false, true)) {
        try {
          executor.execute(this::drain);
        } catch (RejectedExecutionException stopped) {
          closed = true;
        }
      }
    }

    private void drain() {
      for (String name : new ArrayList<>(dirty)) {
        dirty.remove(name);
        Sighting node = nodes.get(name);
        if (node != null) {
          tell(node);
        }
      }
      telling.set(false);
      if (!dirty.isEmpty()) {
        wake();
      }
    }

    private void tell(Sighting node) {
      if (closed) {
        return;
      }
      try {
        changed.accept(node.state(Detail.SUMMARY));
      } catch (RuntimeException fault) {
        log.atWarn().setCause(fault).log("a watcher of the fleet failed");
      }
    }

    @Override
    public void close() {
      closed = true;
      watchers.remove(this);
      dirty.clear();
    }
  }
}
