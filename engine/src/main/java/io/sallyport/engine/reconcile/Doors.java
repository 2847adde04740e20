package io.sallyport.engine.reconcile;

import com.codahale.metrics.MetricRegistry;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.engine.cluster.Cluster;
import io.sallyport.engine.cluster.ClusterEndpoint;
import io.sallyport.engine.control.ControlLoop;
import io.sallyport.engine.session.Listener;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Makes, opens and closes doors. One that cannot be opened is tried again, at growing intervals;
 * one whose address and port are just being given up waits for that. Control loop only.
 */
final class Doors {
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  private final ControlLoop loop;
  private final Cluster.Shared clusters;
  private final Listener.Shared listeners;
  private final MetricRegistry metrics;
  private final Observer observer;
  private final Map<InetSocketAddress, CompletableFuture<Void>> closing = new HashMap<>();

  /** Hears what becomes of doors, on the control loop. */
  interface Observer {
    /** The cluster behind one of a service's doors has changed. */
    void clusterChanged(ServiceRuntime runtime);

    /** One of a service's doors has opened, or could not be opened. */
    void tried(ServiceRuntime runtime);
  }

  Doors(
      Cluster.Shared clusters,
      Listener.Shared listeners,
      MetricRegistry metrics,
      Observer observer) {
    this.loop = clusters.loop();
    this.clusters = clusters;
    this.listeners = listeners;
    this.metrics = metrics;
    this.observer = observer;
  }

  /** Gives a service a door for a port, closed, the cluster behind it at work. */
  Door make(ServiceRuntime runtime, ServicePort port) {
    String id = runtime.service().id();
    DoorMetrics doorMetrics = new DoorMetrics(metrics, id, port.listen());
    Cluster cluster =
        new Cluster(
            id,
            () -> runtime.service().names(),
            port,
            clusters,
            new Cluster.Observer() {
              @Override
              public void changed() {
                Door made = runtime.doors().get(port.listen());
                if (made != null) {
                  made.listener().endpointsChanged();
                }
                observer.clusterChanged(runtime);
              }

              @Override
              public void added(ClusterEndpoint endpoint) {
                doorMetrics.added(endpoint);
              }

              @Override
              public void removed(ClusterEndpoint endpoint) {
                doorMetrics.removed(endpoint);
              }
            });
    Listener listener = new Listener(id, runtime.service().address(), port, cluster, listeners);
    doorMetrics.opened(listener);
    listener.deaf().thenRunAsync(doorMetrics::closed, loop);
    Door door = new Door(cluster, listener);
    runtime.doors().put(port.listen(), door);
    cluster.start();
    return door;
  }

  /** Opens a door; completes when it is open, has failed, or was closed meanwhile. */
  CompletableFuture<Void> open(ServiceRuntime runtime, Door door) {
    door.opening();
    // Asked in a task of its own: by then the whole catalog has said what it closes.
    return CompletableFuture.supplyAsync(() -> closing.get(door.listener().address()), loop)
        .thenCompose(deaf -> deaf == null ? CompletableFuture.completedFuture(null) : deaf)
        .thenComposeAsync(
            free ->
                door.state() == Door.State.OPENING
                    ? door.listener().open()
                    : CompletableFuture.<Void>completedFuture(null),
            loop)
        .handleAsync(
            (done, fault) -> {
              if (door.state() == Door.State.OPENING) {
                if (fault == null) {
                  door.opened();
                } else {
                  failed(runtime, door, fault);
                }
                observer.tried(runtime);
              }
              return null;
            },
            loop);
  }

  private void failed(ServiceRuntime runtime, Door door, Throwable fault) {
    Throwable cause = fault.getCause() == null ? fault : fault.getCause();
    Duration delay = RETRY.multipliedBy(1L << Math.min(door.failures(), 5));
    Duration bounded = delay.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : delay;
    door.failed(
        OpeningFault.words(door.listener().address(), cause),
        loop.schedule(bounded, () -> open(runtime, door)));
    runtime.settled().complete(null);
  }

  /** Whoever wants this door's address and port from now on waits until it is closed. */
  CompletableFuture<Void> reserve(Door door) {
    CompletableFuture<Void> deaf = door.listener().deaf();
    closing.put(door.listener().address(), deaf);
    return deaf;
  }

  /** Accepts no more, and completes when the last session has ended, after the drain at latest. */
  CompletableFuture<Void> close(Door door, Duration drain) {
    door.closed();
    door.cluster().stop();
    CompletableFuture<Void> deaf = reserve(door);
    deaf.thenRunAsync(() -> closing.remove(door.listener().address(), deaf), loop);
    return door.listener().close(drain);
  }
}
