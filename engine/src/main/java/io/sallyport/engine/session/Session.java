package io.sallyport.engine.session;

import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
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
 *     │                                │                               │ the other side's FIN
 *     │ refused, timed out,            │ reset, idle, endpoint down,   │ passed on, or any of
 *     │ client gone                    │ drained, fault                │ RELAYING's ends
 *     └────────────────────────────────┴───────────────────────────────┴──────────► ENDED (one reason)
 * }</pre>
 *
 * <p>Both sides live on one event loop, which owns all of this state. Ending closes both sockets,
 * whatever the reason; every end but the orderly one closes them by RST, save a side that was told
 * the end before.
 */
final class Session implements ConnectRace.Finish {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  /** Neighbours in the loop's list of sessions. */
  @Nullable Session previous;

  @Nullable Session next;

  private final Listener listener;
  private final SessionLoop loop;
  private final ServicePort settings;
  private final InetSocketAddress client;
  private final Side down;
  private final ConnectRace race;
  private final Instant accepted;
  private final long acceptedNanos;
  private @Nullable Side up;
  private @Nullable ClusterEndpoint endpoint;
  private long connectNanos = -1;
  private long countedUp;
  private long countedDown;
  private long activeNanos;
  private boolean draining;
  private long drainNanos;
  private boolean watchedOver;
  private boolean ended;

  Session(Listener listener, SessionLoop loop, SocketChannel channel, InetSocketAddress client) {
    this.listener = listener;
    this.loop = loop;
    this.settings = listener.settings();
    this.client = client;
    this.accepted = listener.clock().instant();
    this.acceptedNanos = loop.nanos();
    this.activeNanos = acceptedNanos;
    this.down = new Side(this, channel);
    this.race =
        new ConnectRace(
            loop.eventLoop(),
            listener.transport(),
            settings,
            listener.cluster(),
            new EndpointChoice(client.getAddress()),
            this);
  }

  /** Registers the client's socket and looks for an endpoint. Event loop. */
  void start() {
    SocketChannel channel = down.channel();
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    channel.config().setAutoRead(false);
    listener.transport().accepted(channel, settings.tcp());
    channel.pipeline().addLast(down);
    loop.add(this);
    Long listenerLeaves = listener.leavesAt();
    if (listenerLeaves != null) {
      drainUntil(listenerLeaves);
    }
    loop.eventLoop().register(channel);
    try {
      race.start();
    } catch (RuntimeException | LinkageError | AssertionError fault) {
      failed(fault);
    }
  }

  @Override
  public void connected(SocketChannel channel, ClusterEndpoint answered) {
    endpoint = answered;
    activeNanos = loop.nanos();
    connectNanos = activeNanos - acceptedNanos;
    Long endpointLeaves = answered.leavesAt();
    if (endpointLeaves != null) {
      drainUntil(endpointLeaves);
    }
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    Side side = new Side(this, channel);
    up = side;
    channel.pipeline().addLast(side);
    side.join(down);
    down.join(side);
    if (!ended && !down.inputEnded()) {
      down.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void failed(SessionEnd end) {
    end(end);
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

  /** One side's FIN has come, or was passed on: the other direction has its time from now on. */
  void halfClosed() {
    activeNanos = loop.nanos();
  }

  /** Both directions have ended. */
  void completed() {
    end(SessionEnd.COMPLETED);
  }

  /** A connection was reset or went away without a FIN. */
  void broke(Side side) {
    if (side != down) {
      end(SessionEnd.ENDPOINT_ABORTED);
    } else {
      end(up == null ? SessionEnd.CLIENT_ABORTED_CONNECTING : SessionEnd.CLIENT_ABORTED);
    }
  }

  /** A fault that is nobody's connection's. */
  void failed(Throwable cause) {
    if (!ended) {
      LOG.atError().setCause(cause).addKeyValue("service", listener.service()).log("session fault");
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
    if (moved) {
      activeNanos = now;
    }
    if (draining && now - drainNanos >= 0) {
      end(SessionEnd.DRAINED);
      return;
    }
    Side endpointSide = up;
    if (endpointSide == null) {
      return;
    }
    if (!watchedOver) {
      watchedOver = true;
      listener.transport().keepAlive(endpointSide.channel(), settings.tcp());
    }
    Timeouts timeouts = settings.timeouts();
    long silent = now - activeNanos;
    boolean passedOn = !down.waits() && !endpointSide.waits();
    if ((down.inputEnded() || endpointSide.inputEnded()) && passedOn) {
      if (exceeds(silent, timeouts.halfClosed())) {
        end(down.inputEnded() ? SessionEnd.ENDPOINT_TIMEOUT : SessionEnd.CLIENT_TIMEOUT);
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
    boolean orderly = reason == SessionEnd.COMPLETED;
    close(down, orderly);
    Side endpointSide = up;
    if (endpointSide != null) {
      close(endpointSide, orderly);
    }
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
                told == null ? 0 : told.activeSessions()));
    if (reached != null) {
      reached.released();
    }
    listener.sessionEnded(event);
  }

  /** A side that was told the end has been told all: the kernel goes on delivering it. */
  private static void close(Side side, boolean orderly) {
    if (orderly || side.outputEnded()) {
      side.close();
    } else {
      side.abort();
    }
  }

  private static boolean exceeds(long nanos, Duration limit) {
    return !limit.isZero() && nanos >= limit.toNanos();
  }

  /** Adds what was moved since the last time to the listener's counters. */
  private boolean count() {
    Side endpointSide = up;
    long nowUp = down.received();
    long nowDown = endpointSide == null ? 0 : endpointSide.received();
    if (nowUp == countedUp && nowDown == countedDown) {
      return false;
    }
    listener.moved(nowUp - countedUp, nowDown - countedDown);
    countedUp = nowUp;
    countedDown = nowDown;
    return true;
  }
}
