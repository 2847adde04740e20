package io.sallyport.engine.session;

import io.netty.channel.EventLoop;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.Admission;
import io.sallyport.api.catalog.Routing;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.engine.cluster.Cluster;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.EngineEvents;
import io.sallyport.engine.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An address and a port that the node accepts on, and the counters of its sessions.
 *
 * <p>Opened and closed by the control loop; accepts on one event loop and hands each session to the
 * loop whose turn it is. At its limit, or the node's, it leaves further clients in the kernel's
 * backlog. Counters may be read by any thread.
 *
 * @since 0.1
 */
public final class Listener {
  private static final int BACKLOG = 4096;

  private final String service;
  private final InetSocketAddress address;
  private final Cluster cluster;
  private final Shared shared;
  private final SessionLimit limit;
  private final SessionQueue queue = new SessionQueue();
  private final Reception reception = new Reception.Own(this);
  private final SessionCounts counts = new SessionCounts();
  private final CompletableFuture<Void> idle = new CompletableFuture<>();
  private final CompletableFuture<Void> deaf = new CompletableFuture<>();
  private volatile ServicePort settings;
  private volatile @Nullable Intake intake;
  private volatile @Nullable Long leavesAt;

  /**
   * What all listeners of an engine share.
   *
   * @param transport makes the sockets
   * @param loops hold the sessions
   * @param node the node's limit of sessions
   * @param ends counts how sessions of the node ended
   * @param events is told when a session ends
   * @param clock gives the date of a session
   * @param crossings are the listeners that several services share
   */
  public record Shared(
      Transport transport,
      SessionLoops loops,
      SessionLimit node,
      SessionEnds ends,
      EngineEvents events,
      InstantSource clock,
      Crossings crossings) {}

  /** Makes a listener that is not open. */
  public Listener(
      String service, InetAddress address, ServicePort settings, Cluster cluster, Shared shared) {
    this.service = service;
    this.address = new InetSocketAddress(address, settings.listen());
    this.settings = settings;
    this.cluster = cluster;
    this.shared = shared;
    this.limit = new SessionLimit(settings.maxSessions());
  }

  /**
   * Starts to accept. The stage completes on an event loop, exceptionally when the system refuses
   * the address or the port.
   */
  public CompletableFuture<Void> open() {
    if (settings.preamble().routing().by() != Routing.By.NONE) {
      return shared.crossings().join(this, BACKLOG, shared);
    }
    EventLoop loop = shared.loops().nextAcceptor();
    Gate gate = new Gate(loop, new ServiceEntry(this, limit, counts, shared, loop));
    Intake made =
        shared
            .transport()
            .sockets()
            .<Intake>map(sockets -> new SocketIntake(loop, sockets, address, BACKLOG, gate))
            .orElseGet(() ->
                new ChannelIntake(
                    loop, shared.transport(), address, BACKLOG, settings.tcp(), gate));
    intake = gate.guards(made);
    return made.open(settings.tcp());
  }

  /** New sessions follow the new settings; those that run keep theirs. */
  public void update(ServicePort changed) {
    boolean otherTcp = !changed.tcp().equals(settings.tcp());
    settings = changed;
    limit.most(changed.maxSessions());
    queue.roomPerhaps();
    shared.crossings().changed(this);
    Intake open = intake;
    if (otherTcp && open != null) {
      open.inherit(changed.tcp());
    }
  }

  /**
   * Accepts no more, at once, and gives the sessions this long. The stage completes when the last
   * one has ended.
   */
  public CompletableFuture<Void> close(Duration drain) {
    leavesAt = shared.loops().nanos() + drain.toNanos();
    Intake open = intake;
    Optional<CompletableFuture<Void>> left = shared.crossings().leave(this);
    if (open == null && left.isEmpty()) {
      deaf.complete(null);
      idle.complete(null);
      return idle;
    }
    left.orElseGet(() -> Objects.requireNonNull(open).close())
        .thenRun(() -> {
          deaf.complete(null);
          shared.loops().drainOf(this, drain);
          completeWhenIdle();
        });
    return idle;
  }

  /** Completes when a closed listener has given its address and port up. */
  public CompletableFuture<Void> deaf() {
    return deaf;
  }

  /** Whether it can go on with other settings; else it must be closed for a new one. */
  public boolean canTake(ServicePort changed) {
    return changed.preamble().routing().by() == settings.preamble().routing().by();
  }

  /** The service's id. */
  public String service() {
    return service;
  }

  /** Where it accepts. */
  public InetSocketAddress address() {
    return address;
  }

  /** The cluster behind it. */
  public Cluster cluster() {
    return cluster;
  }

  /** What new sessions follow. */
  public ServicePort settings() {
    return settings;
  }

  /** Sessions now. */
  public int active() {
    return limit.active();
  }

  /** Sessions that wait for an endpoint that is not full, or for the service's own limit. */
  public int queued() {
    return queue.length();
  }

  /** An endpoint came, or came up, or may have more sessions than before. Any thread. */
  public void endpointsChanged() {
    queue.roomPerhaps();
  }

  /** True while its own limit, or the node's, keeps it from accepting. */
  public boolean full() {
    return limit.full() || shared.node().full();
  }

  /** Sessions accepted since it opened. */
  public long total() {
    return counts.total();
  }

  /** Sessions that ended without having reached an endpoint. */
  public long failed() {
    return counts.failed();
  }

  /** Bytes from clients to endpoints. */
  public long bytesUp() {
    return counts.bytesUp();
  }

  /** Bytes from endpoints to clients. */
  public long bytesDown() {
    return counts.bytesDown();
  }

  Transport transport() {
    return shared.transport();
  }

  SessionLimit node() {
    return shared.node();
  }

  InstantSource clock() {
    return shared.clock();
  }

  /** When the sessions of a closed listener end at the latest; null while it is not closed. */
  @Nullable Long leavesAt() {
    return leavesAt;
  }

  void moved(long up, long down) {
    counts.moved(up, down);
  }

  SessionQueue queue() {
    return queue;
  }

  /** Takes the service's room for one that came by a shared listener without it. */
  boolean enter() {
    return limit.acquire();
  }

  void sessionEnded(SessionEnded event) {
    told(event);
    limit.release();
    left();
  }

  private void told(SessionEnded event) {
    counts.ended(event);
    shared.ends().add(event.end(), !event.connect().isNegative());
    shared.events().happened(event);
  }

  private void left() {
    shared.node().release();
    queue.roomPerhaps();
    completeWhenIdle();
  }

  void receive(SessionLoop home, Accepted accepted) {
    if (settings.preamble().hears()) {
      new Greeting(reception, home, accepted).start();
    } else {
      new Session(this, home, accepted, true).start();
    }
  }

  /**
   * Takes one that came by a shared listener, and has the node's room already; false when the
   * service is full, and none may wait.
   */
  boolean takeShared(SessionLoop home, Accepted accepted) {
    Admission admission = settings.admission();
    boolean queues = admission.queue().queues();
    boolean room = !(queues && queue.length() > 0) && limit.acquire();
    if (!room && !queues && admission.allows(accepted.client().getAddress())) {
      return false;
    }
    counts.began();
    new Session(this, home, accepted, room).start();
    return true;
  }

  /** One that came by a shared listener ended before it had any service's room. */
  void sharedEnded(SessionEnded event) {
    told(event);
    left();
  }

  private void completeWhenIdle() {
    if (deaf.isDone() && limit.active() == 0 && queue.length() == 0) {
      idle.complete(null);
    }
  }

  @Override
  public String toString() {
    return Addresses.text(address.getAddress(), address.getPort());
  }
}
