package io.sallyport.engine.cluster;

import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.health.CheckAdvice;
import io.sallyport.api.plugin.Ticker;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint as the data path sees it: where to connect, how busy it is, and whom to tell what a
 * connection attempt found. It lives as long as its listener declares an endpoint of this name.
 *
 * <p>Any thread may read and count; what it says of itself is written on the control loop only.
 *
 * @since 0.1
 */
public final class ClusterEndpoint implements Candidate {
  private static final int WHOLE = 100;

  private final String name;
  private final Evidence evidence;
  private final AtomicInteger active = new AtomicInteger();
  private final LongAdder sessions = new LongAdder();
  private final LongAdder connectFailures = new LongAdder();
  private final LongAdder checkFailures = new LongAdder();
  private final LongAdder sessionFailures = new LongAdder();
  private final LongAdder ejections = new LongAdder();
  private final ConnectTime connectTime;
  private volatile Endpoint declared;
  private volatile @Nullable InetSocketAddress address;
  private volatile Standing standing = Standing.UNPROVEN;
  private volatile CheckAdvice advice = CheckAdvice.NONE;
  private volatile boolean curious;
  private volatile boolean suspected;
  private volatile @Nullable Long leavesAt;

  ClusterEndpoint(Endpoint declared, Evidence evidence, Ticker ticker) {
    this.name = declared.name();
    this.connectTime = new ConnectTime(ticker);
    this.declared = declared;
    this.evidence = evidence;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int weight() {
    int percent = advice.weightPercent().orElse(WHOLE);
    long weight = (long) declared.weight() * percent / WHOLE;
    return Math.clamp(weight, 1, Endpoint.MOST_WEIGHT);
  }

  @Override
  public int activeSessions() {
    return active.get();
  }

  @Override
  public long connectNanos() {
    return connectTime.nanos();
  }

  /** Whether it has as many sessions as the catalog allows, or as it asked for itself. */
  public boolean full() {
    return full(active.get());
  }

  private boolean full(int now) {
    return reached(now, declared.maxSessions()) || reached(now, advice.maxSessions().orElse(0));
  }

  private static boolean reached(int now, int most) {
    return most > 0 && now >= most;
  }

  /** Sessions that reached it since it was added. */
  public long totalSessions() {
    return sessions.sum();
  }

  /** Attempts that were refused or got no answer. */
  public long connectFailures() {
    return connectFailures.sum();
  }

  /** Probes that failed. */
  public long checkFailures() {
    return checkFailures.sum();
  }

  /** Sessions that it failed after they had reached it. */
  public long sessionFailures() {
    return sessionFailures.sum();
  }

  /** How often it was ejected. */
  public long ejections() {
    return ejections.sum();
  }

  /** What the catalog says of it. */
  public Endpoint declared() {
    return declared;
  }

  /** Where to connect now; null while its name has never been resolved. */
  public @Nullable InetSocketAddress address() {
    return address;
  }

  /** How good it is for new sessions. */
  public Standing standing() {
    return standing;
  }

  /**
   * When sessions on it end at the latest, on the engine's ticker in nanoseconds; null while it is
   * declared.
   */
  public @Nullable Long leavesAt() {
    return leavesAt;
  }

  /** It is declared no more, and its sessions have until then. */
  public void leavesAt(long nanos) {
    leavesAt = nanos;
  }

  /** An attempt starts, where there is room for it; false when it is full. Event loop. */
  public boolean take() {
    while (true) {
      int now = active.get();
      if (full(now)) {
        return false;
      }
      if (active.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  /** The attempt, or the session it became, has ended. Event loop. */
  public void released() {
    active.decrementAndGet();
  }

  /** An attempt became a session. Event loop. */
  public void connected() {
    sessions.increment();
    if (curious) {
      evidence.connected(this);
    }
  }

  /** Connecting, or a probe that passed, took so long. Any thread. */
  public void connectTook(long nanos) {
    connectTime.took(nanos);
  }

  /** An attempt was refused or got no answer in time. Event loop. */
  public void connectFailed(InetSocketAddress where, String reason) {
    connectFailures.increment();
    evidence.connectFailed(this, where, reason);
  }

  /** An attempt has got no answer yet, and another endpoint is tried beside it. Event loop. */
  public void connectSlow() {
    evidence.connectSlow(this);
  }

  /**
   * It has sent something to a session, in the time since this was said last. Costs a read where it
   * is not suspected. Event loop.
   */
  public void served() {
    if (suspected) {
      evidence.served(this);
    }
  }

  /** It failed a session that had reached it. Event loop. */
  public void sessionFailed(String reason) {
    sessionFailures.increment();
    evidence.sessionFailed(this, reason);
  }

  void ejected() {
    ejections.increment();
  }

  /** Says whether a session that it serves is news. */
  void suspected(boolean changed) {
    suspected = changed;
  }

  void checkFailed() {
    checkFailures.increment();
  }

  /** What it asks to be done with it. */
  CheckAdvice advice() {
    return advice;
  }

  void advise(CheckAdvice changed) {
    advice = changed;
  }

  void declare(Endpoint changed) {
    declared = changed;
  }

  void moveTo(@Nullable InetSocketAddress newAddress) {
    address = newAddress;
  }

  /** Says how good it is now. Live connects are news only while it is not trusted. */
  void standing(Standing changed) {
    standing = changed;
    curious = changed != Standing.PRIMARY && changed != Standing.BACKUP;
  }

  /** Takes in what live sessions found. Called on event loops; returns at once. */
  interface Evidence {
    void connected(ClusterEndpoint endpoint);

    void connectFailed(ClusterEndpoint endpoint, InetSocketAddress where, String reason);

    void connectSlow(ClusterEndpoint endpoint);

    void served(ClusterEndpoint endpoint);

    void sessionFailed(ClusterEndpoint endpoint, String reason);
  }
}
