package io.sallyport.engine.cluster;

import io.sallyport.api.catalog.Ejection;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.engine.control.ControlLoop;
import io.sallyport.engine.control.ControlLoop.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which endpoints of a cluster are ejected, and until when.
 *
 * <p>The endpoints of one role that could take sessions are a pool: those that are enabled, have an
 * address, and are neither down nor unproven; the ejected ones among them included. At most the
 * policy's share of a pool, rounded down, is ejected at once, but one always may be where there are
 * two or more. Where a pool shrinks, those that were ejected first come back.
 *
 * <p>Control loop only.
 */
final class Ejections {
  private static final int WHOLE = 100;

  private final ControlLoop loop;
  private final Collection<Member> members;
  private final Listener listener;

  /** When each of them comes back, the one that was ejected first in front. */
  private final Map<Member, Timer> running = new LinkedHashMap<>();

  private Ejection policy;

  /** Hears of every change. Control loop. */
  interface Listener {
    /** An endpoint is ejected from now on. */
    void ejected(Member member, Duration time, String reason);

    /** An endpoint is back. */
    void back(Member member, String reason);
  }

  /**
   * Ejects nobody yet.
   *
   * @param members those of the cluster, as they are at any time
   */
  Ejections(Ejection policy, ControlLoop loop, Collection<Member> members, Listener listener) {
    this.policy = policy;
    this.loop = loop;
    this.members = members;
    this.listener = listener;
  }

  /** Takes a new catalog's word. Running ejections keep their time, unless none are wanted. */
  void policy(Ejection changed) {
    policy = changed;
    if (!changed.wanted()) {
      for (Member member : List.copyOf(members)) {
        pardon(member, "nothing is ejected any more");
      }
    }
  }

  /** A session failed on an endpoint. */
  void failed(Member member, String reason) {
    long now = loop.nanos();
    boolean tooMany = member.conduct().failed(policy, now) && inPool(member, member.backup());
    if (tooMany && !spares(member)) {
      // Counted anew: to look at the whole pool each time would cost a node in distress too much.
      member.conduct().served();
    } else if (tooMany) {
      String why = why(reason);
      Duration time = member.conduct().eject(policy, now, why);
      member.endpoint().ejected();
      running.put(member, loop.schedule(time, () -> back(member, "its time is over")));
      listener.ejected(member, time, why);
    }
    member.endpoint().suspected(member.conduct().suspected());
  }

  /** An endpoint served a session. */
  void served(Member member) {
    member.conduct().served();
    member.endpoint().suspected(false);
  }

  /** There is reason to try an endpoint again: forgets what it did, and ends its ejection. */
  void pardon(Member member, String reason) {
    served(member);
    if (member.conduct().ejected()) {
      back(member, reason);
    }
  }

  /** Lets those come back that a pool which has shrunk cannot spare. */
  void heedLimit() {
    if (running.isEmpty()) {
      return;
    }
    for (boolean backups : new boolean[] {false, true}) {
      List<Member> out =
          running.keySet().stream().filter(member -> inPool(member, backups)).toList();
      int surplus = out.size() - most(backups);
      for (int i = 0; i < surplus; i++) {
        back(out.get(i), "too few others are left");
      }
    }
  }

  /** Forgets an endpoint that is no more. */
  void removed(Member member) {
    Timer timer = running.remove(member);
    if (timer != null) {
      timer.cancel();
    }
  }

  void stop() {
    running.values().forEach(Timer::cancel);
    running.clear();
  }

  private String why(String reason) {
    int failures = policy.consecutiveFailures();
    return failures == 1
        ? "a session failed: " + reason
        : failures + " sessions in a row failed, the last one: " + reason;
  }

  private void back(Member member, String reason) {
    removed(member);
    member.conduct().back(loop.nanos());
    listener.back(member, reason);
  }

  private boolean spares(Member member) {
    boolean backups = member.backup();
    long out = running.keySet().stream().filter(other -> inPool(other, backups)).count();
    return out < most(backups);
  }

  private int most(boolean backups) {
    int pool = (int) members.stream().filter(member -> inPool(member, backups)).count();
    int share = (int) ((long) pool * policy.maxPercent() / WHOLE);
    return Math.max(share, pool < 2 ? 0 : 1);
  }

  private static boolean inPool(Member member, boolean backups) {
    return member.backup() == backups
        && member.mode() == EndpointMode.ENABLED
        && member.standing().filter(standing -> !standing.failOpen()).isPresent();
  }
}
