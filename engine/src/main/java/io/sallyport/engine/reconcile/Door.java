package io.sallyport.engine.reconcile;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.engine.Strategies.StrategyFaultException;
import io.sallyport.engine.Strategies.UnknownStrategyException;
import io.sallyport.engine.cluster.Cluster;
import io.sallyport.engine.control.ControlLoop.Timer;
import io.sallyport.engine.session.Listener;
import io.sallyport.engine.status.ListenerStatus;

/**
 * One port of a service at run time: the listener and the cluster behind it. A listener that could
 * not be opened is tried again while the cluster keeps its health. Control loop only.
 */
final class Door {
  private final Cluster cluster;
  private final Listener listener;
  private State state = State.CLOSED;
  private String fault = "";
  private String outdated = "";
  private Timer retry = Timer.NONE;
  private int failures;

  enum State {
    CLOSED,
    OPENING,
    OPEN,
    FAILED
  }

  Door(Cluster cluster, Listener listener) {
    this.cluster = cluster;
    this.listener = listener;
  }

  Cluster cluster() {
    return cluster;
  }

  Listener listener() {
    return listener;
  }

  State state() {
    return state;
  }

  /** Why it is not open, or not as it should be; empty when it is. */
  String fault() {
    return fault.isEmpty() ? outdated : fault;
  }

  int failures() {
    return failures;
  }

  void opening() {
    state = State.OPENING;
  }

  void opened() {
    state = State.OPEN;
    fault = "";
    failures = 0;
  }

  void failed(String reason, Timer next) {
    state = State.FAILED;
    fault = reason;
    retry = next;
    failures++;
  }

  void closed() {
    state = State.CLOSED;
    retry.cancel();
  }

  /** Takes new settings; where a plugin fails over them, the old ones stay in force. */
  void update(ServicePort settings) {
    try {
      cluster.update(settings);
      listener.update(settings);
      outdated = "";
    } catch (StrategyFaultException | UnknownStrategyException fault) {
      outdated = "keeps its old settings: " + fault.getMessage();
    }
  }

  ListenerStatus status() {
    String text =
        switch (state) {
          case CLOSED -> "closed";
          case OPENING -> "opening";
          case FAILED -> "failed";
          case OPEN -> listener.full() ? "full" : "open";
        };
    return new ListenerStatus(
        Addresses.text(listener.address().getAddress()),
        listener.address().getPort(),
        text,
        fault(),
        listener.active(),
        listener.queued(),
        listener.total(),
        listener.bytesUp(),
        listener.bytesDown(),
        listener.failed(),
        cluster.snapshot().failOpen(),
        cluster.status());
  }
}
