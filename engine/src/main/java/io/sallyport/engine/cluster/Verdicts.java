package io.sallyport.engine.cluster;

import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.health.CheckAdvice;
import io.sallyport.api.health.CheckResult;
import io.sallyport.engine.health.Health;
import io.sallyport.engine.health.HealthMonitor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster makes of its checks' results: where its endpoints stand, what becomes of their
 * sessions, and what is told.
 *
 * <p>Control loop only.
 */
final class Verdicts implements HealthMonitor.Listener {
  private final Members members;
  private final Standings standings;
  private final SessionPolicies policies;
  private final ClusterNews news;

  Verdicts(Members members, Standings standings, SessionPolicies policies, ClusterNews news) {
    this.members = members;
    this.standings = standings;
    this.policies = policies;
    this.news = news;
  }

  @Override
  public void checked(HealthMonitor monitor, CheckResult result, Health before, Health after) {
    Member member = of(monitor);
    if (member == null) {
      return;
    }
    if (result.status().passed()) {
      member.endpoint().connectTook(result.duration().toNanos());
    } else {
      member.endpoint().checkFailed();
      member.tryOtherAddress();
    }
    if (after.up() && !before.up()) {
      standings.ejections().pardon(member, "its checks pass again");
    }
    result.advice().ifPresent(advice -> advised(member, advice));
    standings.moved(member);
    boolean tells = result.status().passed() || !result.warning().isEmpty();
    if (tells && member.warned(result.warning())) {
      news.warned(member, result.warning());
    }
    if (monitor.noteworthy()) {
      news.checked(member, result, after);
    }
    if (before.up() != after.up()) {
      int sessions = member.endpoint().activeSessions();
      int closed = after.up() ? policies.up(member) : policies.down(member);
      news.verdict(member, after.up(), result, members, sessions, closed);
    }
  }

  @Override
  public void avoidanceChanged(HealthMonitor monitor, String reason) {
    Member member = of(monitor);
    if (member == null) {
      return;
    }
    if (!monitor.avoided()) {
      member.trustedAgain();
    }
    standings.moved(member);
    news.avoided(monitor.endpoint().name(), monitor.avoided(), reason);
  }

  @Override
  public void discarded(HealthMonitor monitor, Duration late) {
    if (!members.stopped()) {
      news.discarded(monitor.endpoint().name(), late);
    }
  }

  private void advised(Member member, CheckAdvice advice) {
    EndpointMode before = member.mode();
    if (!member.advised(advice)) {
      return;
    }
    standings.publish();
    EndpointMode after = member.mode();
    policies.wanted(member, before, after);
    news.advised(member, after);
  }

  private @Nullable Member of(HealthMonitor monitor) {
    return members.stopped() ? null : members.named(monitor.endpoint().name());
  }
}
