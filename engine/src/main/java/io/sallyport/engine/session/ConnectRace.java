package io.sallyport.engine.session;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.ScheduledFuture;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.health.ProbeOutcome;
import io.sallyport.engine.cluster.Cluster;
import io.sallyport.engine.cluster.ClusterEndpoint;
import io.sallyport.engine.cluster.ClusterSnapshot;
import io.sallyport.engine.cluster.EndpointChoice;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.health.ConnectFault;
import io.sallyport.engine.transport.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds an endpoint for one session before its client notices that one is dead: an attempt that
 * fails makes way for the next at once, one that dawdles gets company after the attempt delay, and
 * the first to answer wins.
 *
 * <p>When every endpoint has been tried, the race starts over after a pause, until the attempts are
 * used up. Owned by the session's event loop.
 */
final class ConnectRace {
  /** As HAProxy waits before it tries the same server again. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final EventLoop loop;
  private final Transport transport;
  private final ServicePort settings;
  private final Cluster cluster;
  private final EndpointChoice choice;
  private final Finish finish;
  private final List<Attempt> running = new ArrayList<>(2);
  private @Nullable ScheduledFuture<?> timer;
  private @Nullable ClusterEndpoint first;
  private @Nullable ClusterEndpoint last;
  private SessionEnd failure = SessionEnd.NO_ENDPOINT;
  private int attempts;
  private boolean moved;
  private boolean over;

  ConnectRace(
      EventLoop loop,
      Transport transport,
      ServicePort settings,
      Cluster cluster,
      EndpointChoice choice,
      Finish finish) {
    this.loop = loop;
    this.transport = transport;
    this.settings = settings;
    this.cluster = cluster;
    this.choice = choice;
    this.finish = finish;
  }

  /** Told once how the race ended, on the event loop. */
  interface Finish {
    void connected(SocketChannel channel, ClusterEndpoint endpoint);

    void failed(SessionEnd end);

    /** A plugin's fault or ours, and no endpoint's. */
    void broken(Throwable cause);
  }

  int attempts() {
    return attempts;
  }

  /** The endpoint tried last; null when none was. */
  @Nullable ClusterEndpoint last() {
    return last;
  }

  /** True when an endpoint other than the first one was tried. */
  boolean moved() {
    return moved;
  }

  void start() {
    next();
  }

  /** Ends the race without telling anyone. */
  void cancel() {
    over = true;
    stopTimer();
    for (Attempt attempt : List.copyOf(running)) {
      attempt.abandon();
    }
  }

  private void next() {
    if (over) {
      return;
    }
    stopTimer();
    try {
      goOn();
    } catch (RuntimeException | LinkageError | AssertionError fault) {
      cancel();
      finish.broken(fault);
    }
  }

  private void goOn() {
    if (attempts == settings.connectAttempts()) {
      failIfNothingRuns();
      return;
    }
    ClusterSnapshot snapshot = cluster.snapshot();
    ClusterEndpoint endpoint = choice.next(snapshot);
    InetSocketAddress address = endpoint == null ? null : endpoint.address();
    while (endpoint != null && address == null) {
      endpoint = choice.next(snapshot);
      address = endpoint == null ? null : endpoint.address();
    }
    if (endpoint == null || address == null) {
      startOverLater();
      return;
    }
    if (choice.standing().failOpen()) {
      cluster.failedOpen();
    }
    if (first == null) {
      first = endpoint;
    }
    last = endpoint;
    moved |= endpoint != first;
    attempts++;
    new Attempt(endpoint, address).start();
  }

  private void startOverLater() {
    if (!running.isEmpty()) {
      return;
    }
    if (attempts == 0) {
      over = true;
      finish.failed(SessionEnd.NO_ENDPOINT);
      return;
    }
    Duration connect = settings.timeouts().connect();
    Duration pause = connect.compareTo(LONGEST_PAUSE) < 0 ? connect : LONGEST_PAUSE;
    after(
        pause,
        () -> {
          choice.forget();
          next();
        });
  }

  private void failIfNothingRuns() {
    if (running.isEmpty()) {
      over = true;
      finish.failed(failure);
    }
  }

  private void after(Duration delay, Runnable task) {
    stopTimer();
    timer = loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void stopTimer() {
    ScheduledFuture<?> pending = timer;
    timer = null;
    if (pending != null) {
      pending.cancel(false);
    }
  }

  /** One connection attempt to one endpoint. */
  private final class Attempt {
    private final ClusterEndpoint endpoint;
    private final InetSocketAddress address;
    private @Nullable SocketChannel channel;

    Attempt(ClusterEndpoint endpoint, InetSocketAddress address) {
      this.endpoint = endpoint;
      this.address = address;
    }

    void start() {
      running.add(this);
      endpoint.attemptStarted();
      SocketChannel socket;
      try {
        socket = transport.newSocket();
      } catch (ChannelException noDescriptor) {
        ended(SessionEnd.RESOURCES);
        return;
      }
      channel = socket;
      transport.connecting(socket);
      socket
          .config()
          .setOption(
              ChannelOption.CONNECT_TIMEOUT_MILLIS,
              Math.toIntExact(settings.timeouts().connect().toMillis()));
      loop.register(socket);
      ChannelFuture connecting = socket.connect(address);
      connecting.addListener(done -> answered(socket, done.cause()));
      if (!connecting.isDone() && !over) {
        after(settings.timeouts().attemptDelay(), this::dawdles);
      }
    }

    void abandon() {
      running.remove(this);
      endpoint.released();
      SocketChannel socket = channel;
      if (socket != null) {
        Transport.discard(socket);
      }
    }

    private void dawdles() {
      endpoint.connectSlow();
      next();
    }

    private void answered(SocketChannel socket, @Nullable Throwable cause) {
      if (over) {
        socket.close();
        return;
      }
      if (cause == null) {
        running.remove(this);
        cancel();
        endpoint.connected();
        finish.connected(socket, endpoint);
        return;
      }
      socket.close();
      switch (ConnectFault.outcome(cause, Duration.ZERO)) {
        case ProbeOutcome.TimedOut timedOut -> {
          endpoint.connectFailed(address, "connect timed out");
          ended(SessionEnd.CONNECT_TIMEOUT);
        }
        case ProbeOutcome.Refused refused -> {
          endpoint.connectFailed(address, refused.info());
          ended(SessionEnd.CONNECT_REFUSED);
        }
        case ProbeOutcome.Unable unable -> ended(SessionEnd.RESOURCES);
        case ProbeOutcome.Connected connected ->
            throw new IllegalStateException("a fault that is none", cause);
      }
    }

    private void ended(SessionEnd reason) {
      running.remove(this);
      endpoint.released();
      failure = reason;
      next();
    }
  }
}
