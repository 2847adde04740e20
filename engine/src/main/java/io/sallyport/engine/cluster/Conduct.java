package io.sallyport.engine.cluster;

import io.sallyport.api.catalog.Ejection;
import java.time.Duration;

/**
 * How one endpoint has treated live sessions of late.
 *
 * <pre>
 *            a session fails             so many in a row, and the pool can spare it
 *   GOOD ───────────────────► SUSPECTED ─────────────────────────────────────────────► EJECTED
 *    ▲ ▲      one is served       │                                                       │
 *    │ └───────────────────────────┘                                                       │
 *    └───────────────────── its time is over, or there is reason to try it again ──────────┘
 * </pre>
 *
 * <p>Control loop only.
 */
final class Conduct {
  private static final long[] NONE = {};

  /** When the last sessions failed, the oldest one at {@code next} once it is full. */
  private long[] failures = NONE;

  private int next;
  private int count;
  private int ejections;
  private boolean ejected;
  private String why = "";
  private long until;
  private long returned;

  /**
   * A session failed.
   *
   * @return whether it failed as many in a row, within the window, as it may not
   */
  boolean failed(Ejection policy, long now) {
    if (ejected || !policy.wanted()) {
      return false;
    }
    int most = policy.consecutiveFailures();
    if (failures.length != most) {
      failures = new long[most];
      next = 0;
      count = 0;
    }
    failures[next] = now;
    next = (next + 1) % most;
    count = Math.min(count + 1, most);
    return count == most && now - failures[next] <= policy.window().toNanos();
  }

  /** A session was served: those that failed before do not count any more. */
  void served() {
    failures = NONE;
    next = 0;
    count = 0;
  }

  /** Whether a session that is served would be news. */
  boolean suspected() {
    return count > 0;
  }

  boolean ejected() {
    return ejected;
  }

  /** Why it is ejected, or was the last time. */
  String why() {
    return why;
  }

  /** How much longer it is ejected; zero when it is not. */
  Duration left(long now) {
    return ejected ? Duration.ofNanos(Math.max(0, until - now)) : Duration.ZERO;
  }

  /**
   * Ejects it.
   *
   * @param reason in words
   * @return for how long
   */
  Duration eject(Ejection policy, long now, String reason) {
    long base = policy.baseTime().toNanos();
    if (ejections > 0) {
      ejections = (int) Math.max(0, ejections - (now - returned) / base);
    }
    long most = policy.maxTime().toNanos();
    long time = ejections >= most / base ? most : base * (ejections + 1);
    // Beyond the longest time there is nothing to be counted.
    ejections = (int) Math.min(ejections + 1L, most / base + 1);
    ejected = true;
    why = reason;
    until = now + time;
    served();
    return Duration.ofNanos(time);
  }

  /** Its ejection is over. */
  void back(long now) {
    ejected = false;
    returned = now;
  }
}
