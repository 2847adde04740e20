package io.sallyport.engine.session;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.sallyport.api.catalog.QueuePolicy;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.health.ProbeOutcome;
import io.sallyport.engine.cluster.Cluster;
import io.sallyport.engine.cluster.ClusterEndpoint;
import io.sallyport.engine.cluster.ClusterSnapshot;
import io.sallyport.engine.cluster.EndpointChoice;
import io.sallyport.engine.event.EngineEvent.Queued;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.health.ConnectFault;
import io.sallyport.engine.transport.SourceAddressException;
import java.net.InetAddress;
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
 * <p>Where nothing but a lack of room keeps it from an endpoint, it waits in the listener's queue;
 * and behind those who wait there already.
 *
 * <p>When every endpoint has been tried, the race starts over after a pause, until the attempts are
 * used up. Owned by the session's event loop.
 */
final class ConnectRace implements Waiting.Waiter {
  /** As HAProxy waits before it tries the same server again. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final SessionLoop home;
  private final EventLoop loop;
  private final Circuit circuit;
  private final ServicePort settings;
  private final QueuePolicy policy;
  private final Cluster cluster;
  private final SessionQueue queue;
  private final EndpointChoice choice;
  private final Finish finish;
  private final List<Attempt> running = new ArrayList<>(2);
  private @Nullable ScheduledFuture<?> timer;
  private @Nullable Waiting waiting;
  private @Nullable ClusterEndpoint first;
  private @Nullable ClusterEndpoint last;
  private SessionEnd failure = SessionEnd.NO_ENDPOINT;
  private int attempts;
  private boolean moved;
  private boolean over;

  ConnectRace(
      SessionLoop home,
      Circuit circuit,
      ServicePort settings,
      Cluster cluster,
      SessionQueue queue,
      EndpointChoice choice,
      Finish finish) {
    this.home = home;
    this.loop = home.eventLoop();
    this.circuit = circuit;
    this.settings = settings;
    this.policy = settings.admission().queue();
    this.cluster = cluster;
    this.queue = queue;
    this.choice = choice;
    this.finish = finish;
  }

  /** Told once how the race ended, on the event loop; and asked for room before it begins. */
  interface Finish {
    /** Has the listener's room from now on, if it had not got it; false when there is none. */
    boolean enter();

    /** It waits in the queue. */
    void waits();

    void connected(Circuit.Dial answered, ClusterEndpoint endpoint);

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

  /** Whether it waits in the queue now. */
  boolean waiting() {
    Waiting place = waiting;
    return place != null && place.now();
  }

  /** Its time in the queue. */
  Queued queued() {
    Waiting place = waiting;
    return place == null ? Queued.NOT : place.queued();
  }

  void start() {
    next();
  }

  /** Ends the race without telling anyone. */
  void cancel() {
    over = true;
    stopTimer();
    Waiting place = waiting;
    if (place != null) {
      place.leave();
    }
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
    } catch (RuntimeException | Error fault) {
      cancel();
      finish.broken(fault);
    }
  }

  private void goOn() {
    if (attempts == settings.connectAttempts()) {
      failIfNothingRuns();
      return;
    }
    boolean othersWait = policy.queues() && queue.length() > 0;
    boolean entered = !othersWait && finish.enter();
    if (entered && attemptNext()) {
      return;
    }
    if (!running.isEmpty()) {
      return;
    }
    if (othersWait || !entered || choice.lacksRoom(cluster.snapshot())) {
      waitForRoom();
    } else {
      startOverLater();
    }
  }

  /** Begins an attempt; false when there is no endpoint for one now. */
  private boolean attemptNext() {
    ClusterSnapshot snapshot = cluster.snapshot();
    ClusterEndpoint endpoint = choice.next(snapshot);
    InetSocketAddress address = endpoint == null ? null : endpoint.address();
    while (endpoint != null && (address == null || !endpoint.take())) {
      if (address != null) {
        choice.missed(endpoint);
      }
      endpoint = choice.next(snapshot);
      address = endpoint == null ? null : endpoint.address();
    }
    if (endpoint == null || address == null) {
      return false;
    }
    Waiting place = waiting;
    if (place != null) {
      stopTimer();
      place.served();
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
    return true;
  }

  private void waitForRoom() {
    if (!policy.queues()) {
      startOverLater();
      return;
    }
    Waiting place = waiting;
    if (place == null) {
      place = new Waiting(home, queue, policy, this);
      waiting = place;
    }
    if (!place.join()) {
      over = true;
      finish.failed(SessionEnd.QUEUE_FULL);
      return;
    }
    if (choice.tried()) {
      // As without a queue: those that failed are tried again, if they have room.
      after(
          pause(),
          () -> {
            choice.forget();
            queue.roomPerhaps();
          });
    }
    finish.waits();
  }

  @Override
  public Waiting.Found turn() {
    try {
      if (!finish.enter()) {
        // Somebody behind may have the service's room already.
        return Waiting.Found.NONE_FOR_ITSELF;
      }
      if (attemptNext()) {
        return Waiting.Found.ROOM;
      }
      return choice.tried() ? Waiting.Found.NONE_FOR_ITSELF : Waiting.Found.NONE;
    } catch (RuntimeException | Error fault) {
      cancel();
      finish.broken(fault);
      // It has left the queue.
      return Waiting.Found.ROOM;
    }
  }

  @Override
  public void tooLong() {
    over = true;
    stopTimer();
    finish.failed(SessionEnd.QUEUE_TIMEOUT);
  }

  private void startOverLater() {
    if (attempts == 0) {
      over = true;
      finish.failed(SessionEnd.NO_ENDPOINT);
      return;
    }
    after(
        pause(),
        () -> {
          choice.forget();
          next();
        });
  }

  private Duration pause() {
    Duration connect = settings.timeouts().connect();
    return connect.compareTo(LONGEST_PAUSE) < 0 ? connect : LONGEST_PAUSE;
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
    private Circuit.@Nullable Dial dial;
    private boolean told;

    Attempt(ClusterEndpoint endpoint, InetSocketAddress address) {
      this.endpoint = endpoint;
      this.address = address;
    }

    void start() {
      running.add(this);
      InetAddress source = endpoint.declared().source().orElse(null);
      dial = circuit.dial(address, source, settings.timeouts().connect(), this::answered);
      if (!told && !over) {
        after(settings.timeouts().attemptDelay(), this::dawdles);
      }
    }

    void abandon() {
      running.remove(this);
      endpoint.released();
      queue.roomPerhaps();
      Circuit.Dial dialing = dial;
      if (dialing != null) {
        dialing.abandon();
      }
    }

    private void dawdles() {
      endpoint.connectSlow();
      next();
    }

    private void answered(Circuit.Dial answered, @Nullable Throwable cause) {
      told = true;
      if (cause == null) {
        running.remove(this);
        cancel();
        endpoint.connected();
        finish.connected(answered, endpoint);
        return;
      }
      switch (ConnectFault.outcome(cause, Duration.ZERO)) {
        case ProbeOutcome.TimedOut timedOut -> {
          endpoint.connectFailed(address, "connect timed out");
          ended(SessionEnd.CONNECT_TIMEOUT);
        }
        case ProbeOutcome.Refused refused -> {
          endpoint.connectFailed(address, refused.info());
          ended(SessionEnd.CONNECT_REFUSED);
        }
        case ProbeOutcome.Unable unable ->
            ended(
                cause instanceof SourceAddressException
                    ? SessionEnd.SOURCE_ADDRESS
                    : SessionEnd.RESOURCES);
        case ProbeOutcome.Connected connected ->
            throw new IllegalStateException("a fault that is none", cause);
      }
    }

    private void ended(SessionEnd reason) {
      running.remove(this);
      endpoint.released();
      queue.roomPerhaps();
      failure = reason;
      next();
    }
  }
}
