package io.sallyport.engine.session;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.SendProxy;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.engine.cluster.ClusterEndpoint;
import io.sallyport.engine.cluster.EndpointChoice;
import io.sallyport.engine.event.EngineEvent.ActiveSessions;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One proxied connection: the client's side, the endpoint's side, and the way between them.
 *
 * <pre>{@code
 *              an endpoint answers          one side's FIN passed on
 * CONNECTING ─────────────────────► RELAYING ───────────────────► HALF CLOSED
 *  │  ▲  │                             │                               │ the other side's FIN
 *  │  │  │ refused, timed out,         │ reset, idle, endpoint down,   │ passed on, or any of
 *  │  │  │ client gone                 │ drained, fault                │ RELAYING's ends
 *  │  │  └─────────────────────────────┴───────────────────────────────┴──────────► ENDED (one reason)
 *  │  │ an endpoint has room                                                          ▲
 *  │ WAITING ────── time over, client gone, drained ──────────────────────────────────┤
 *  │  ▲                                                                               │
 *  └──┴─ all endpoints are full ────── as many wait as may ───────────────────────────┘
 * }</pre>
 *
 * <p>Both sides live on one event loop, which owns all of this state. Ending closes both sockets,
 * whatever the reason; every end but the orderly one closes them by RST, save a side that was told
 * the end before.
 */
final class Session implements ConnectRace.Finish, Circuit.Events {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  /** Neighbours in the loop's list of sessions. */
  @Nullable Session previous;

  @Nullable Session next;

  private final Listener listener;
  private final SessionLoop loop;
  private final ServicePort settings;
  private final InetSocketAddress client;
  private final @Nullable Greeted greeted;
  private final Circuit circuit;
  private final ConnectRace race;
  private final Instant accepted;
  private final long acceptedNanos;
  private @Nullable ClusterEndpoint endpoint;
  private long connectNanos = -1;
  private long countedUp;
  private long countedDown;
  private long waited;
  private long activeNanos;
  private boolean admitted;
  private boolean draining;
  private long drainNanos;
  private boolean watchedOver;
  private boolean ended;

  /**
   * Makes a session that does nothing yet.
   *
   * @param admitted whether it has the listener's room already
   */
  Session(Listener listener, SessionLoop loop, Accepted taken, boolean admitted) {
    this.listener = listener;
    this.loop = loop;
    this.admitted = admitted;
    this.settings = listener.settings();
    this.client = taken.client();
    this.greeted = taken.greeted();
    this.accepted = listener.clock().instant();
    this.acceptedNanos = loop.nanos();
    this.activeNanos = acceptedNanos;
    this.circuit = taken.circuit(loop, this);
    this.race =
        new ConnectRace(
            loop,
            circuit,
            settings,
            listener.cluster(),
            listener.queue(),
            new EndpointChoice(client.getAddress()),
            this);
  }

  /** Takes the client on and looks for an endpoint. Event loop. */
  void start() {
    loop.add(this);
    if (!settings.admission().allows(client.getAddress())) {
      end(SessionEnd.CLIENT_NOT_ALLOWED);
      return;
    }
    Long listenerLeaves = listener.leavesAt();
    if (listenerLeaves != null) {
      drainUntil(listenerLeaves);
    }
    try {
      if (greeted == null) {
        circuit.start();
      }
      if (!ended) {
        race.start();
      }
    } catch (RuntimeException | Error fault) {
      failed(fault);
    }
  }

  @Override
  public void connected(Circuit.Dial answered, ClusterEndpoint reached) {
    endpoint = reached;
    activeNanos = loop.nanos();
    connectNanos = activeNanos - acceptedNanos;
    Long endpointLeaves = reached.leavesAt();
    if (endpointLeaves != null) {
      drainUntil(endpointLeaves);
    }
    circuit.reach(answered);
    try {
      SendProxy told = settings.preamble().send();
      if (told != SendProxy.NONE) {
        circuit.prepend(Greeted.header(told, greeted, client, listener.address()));
      }
      circuit.join();
    } catch (RuntimeException | Error fault) {
      failed(fault);
    }
  }

  @Override
  public void failed(SessionEnd end) {
    end(end);
  }

  @Override
  public boolean enter() {
    if (!admitted) {
      admitted = listener.enter();
    }
    return admitted;
  }

  @Override
  public void waits() {
    circuit.lookOut();
  }

  boolean ended() {
    return ended;
  }

  @Nullable ClusterEndpoint endpoint() {
    return endpoint;
  }

  Listener listener() {
    return listener;
  }

  @Override
  public void broken(Throwable cause) {
    failed(cause);
  }

  /** The other direction has its time from now on. */
  @Override
  public void halfClosed() {
    activeNanos = loop.nanos();
  }

  @Override
  public void completed() {
    end(SessionEnd.COMPLETED);
  }

  @Override
  public void clientBroke() {
    if (endpoint != null) {
      end(SessionEnd.CLIENT_ABORTED);
    } else {
      end(race.waiting() ? SessionEnd.CLIENT_ABORTED_QUEUED : SessionEnd.CLIENT_ABORTED_CONNECTING);
    }
  }

  @Override
  public void endpointBroke() {
    end(SessionEnd.ENDPOINT_ABORTED);
  }

  @Override
  public void failed(Throwable cause) {
    if (Shortage.of(cause)) {
      end(SessionEnd.RESOURCES);
      return;
    }
    if (!ended) {
      LOG.atError()
          .setCause(cause)
          .addKeyValue("service", listener.service())
          .addKeyValue("session", this)
          .log("session fault");
    }
    end(SessionEnd.INTERNAL);
  }

  /** Ends at this moment at the latest. */
  void drainUntil(long nanos) {
    if (!draining || nanos - drainNanos < 0) {
      draining = true;
      drainNanos = nanos;
    }
  }

  /** Looks after time-outs and counters; called every now and then. Event loop. */
  void sweep(long now) {
    boolean moved = count();
    long waiting = circuit.waiting();
    if (moved || waiting != waited) {
      waited = waiting;
      activeNanos = now;
    }
    if (draining && now - drainNanos >= 0) {
      end(SessionEnd.DRAINED);
      return;
    }
    if (endpoint == null) {
      return;
    }
    if (!watchedOver) {
      watchedOver = true;
      circuit.watchOver(settings.tcp());
    }
    Timeouts timeouts = settings.timeouts();
    long silent = now - activeNanos;
    boolean halfClosed = circuit.clientEnded() || circuit.endpointEnded();
    if (halfClosed && waiting == 0) {
      if (exceeds(silent, timeouts.halfClosed())) {
        end(circuit.clientEnded() ? SessionEnd.ENDPOINT_TIMEOUT : SessionEnd.CLIENT_TIMEOUT);
      }
    } else if (exceeds(silent, timeouts.idle())) {
      end(SessionEnd.CLIENT_TIMEOUT);
    }
  }

  /** Ends the session, for the first reason given. Event loop. */
  void end(SessionEnd reason) {
    if (ended) {
      return;
    }
    ended = true;
    race.cancel();
    count();
    circuit.close(reason == SessionEnd.COMPLETED ? Circuit.Ending.ORDERLY : Circuit.Ending.CUT);
    loop.remove(this);
    ClusterEndpoint reached = endpoint;
    ClusterEndpoint told = reached == null ? race.last() : reached;
    SessionEnded event =
        new SessionEnded(
            listener.service(),
            settings.listen(),
            client,
            accepted,
            told == null ? "" : told.name(),
            Duration.ofNanos(connectNanos),
            Duration.ofNanos(loop.nanos() - acceptedNanos),
            countedUp,
            countedDown,
            reason,
            race.attempts(),
            race.moved(),
            new ActiveSessions(
                listener.node().active(),
                listener.active(),
                told == null ? 0 : told.activeSessions()),
            race.queued());
    if (reached != null) {
      reached.released();
      String blame = Blame.of(reason, circuit);
      if (blame != null) {
        reached.sessionFailed(blame);
      }
    }
    if (admitted) {
      listener.sessionEnded(event);
    } else {
      listener.sharedEnded(event);
    }
  }

  private static boolean exceeds(long nanos, Duration limit) {
    return !limit.isZero() && nanos >= limit.toNanos();
  }

  /** Adds what was moved since the last time to the listener's counters. */
  private boolean count() {
    long nowUp = circuit.received();
    long nowDown = circuit.returned();
    if (nowUp == countedUp && nowDown == countedDown) {
      return false;
    }
    listener.moved(nowUp - countedUp, nowDown - countedDown);
    ClusterEndpoint serving = endpoint;
    if (nowDown != countedDown && serving != null) {
      serving.served();
    }
    countedUp = nowUp;
    countedDown = nowDown;
    return true;
  }

  /** From whom to whom, how much went each way, and what it waits for. Event loop. */
  @Override
  public String toString() {
    ClusterEndpoint reached = endpoint;
    return "%s to %s: %d bytes up%s, %d down%s, %d waiting, nothing for %d ms"
        .formatted(
            Addresses.text(client.getAddress(), client.getPort()),
            reached == null ? "no endpoint yet" : reached.name(),
            circuit.received(),
            circuit.clientEnded() ? " and the end" : "",
            circuit.returned(),
            circuit.endpointEnded() ? " and the end" : "",
            circuit.waiting(),
            (loop.nanos() - activeNanos) / 1_000_000);
  }
}
