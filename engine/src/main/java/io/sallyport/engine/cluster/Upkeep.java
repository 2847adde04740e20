package io.sallyport.engine.cluster;

import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.engine.health.HealthMonitor;
import io.sallyport.engine.resolve.Resolution;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Takes endpoints into a cluster and out of it again, and has each of them resolved and probed, as
 * far as it is to be.
 *
 * <p>Control loop only.
 */
final class Upkeep {
  private final String service;
  private final Supplier<List<HostName>> names;
  private final Supplier<ServicePort> settings;
  private final Cluster.Shared shared;
  private final Cluster.Observer observer;
  private final Members members;
  private final Standings standings;
  private final SessionPolicies policies;
  private final ClusterEndpoint.Evidence evidence;
  private final HealthMonitor.Listener verdicts;
  private Checks checks;

  Upkeep(
      String service,
      Supplier<List<HostName>> names,
      Supplier<ServicePort> settings,
      Checks checks,
      Cluster.Shared shared,
      Cluster.Observer observer,
      Members members,
      Standings standings,
      SessionPolicies policies,
      ClusterNews news) {
    this.service = service;
    this.names = names;
    this.settings = settings;
    this.checks = checks;
    this.shared = shared;
    this.observer = observer;
    this.members = members;
    this.standings = standings;
    this.policies = policies;
    this.evidence = new LiveEvidence(members, standings.ejections(), shared.loop());
    this.verdicts = new Verdicts(members, standings, policies, news);
  }

  /** What probes go by. */
  Checks checks() {
    return checks;
  }

  /** Probes go by these from the next change of an endpoint on. */
  void checks(Checks changed) {
    checks = changed;
  }

  Member add(Endpoint declared) {
    Member member = new Member(new ClusterEndpoint(declared, evidence, shared.loop()));
    member.ordered(shared.words().of(service, settings.get().listen(), declared.name()));
    members.add(member);
    observer.added(member.endpoint());
    resolve(member);
    if (member.wantsMonitor()) {
      monitor(member);
    }
    return member;
  }

  void remove(Member member) {
    members.remove(member);
    leave(member);
    standings.ejections().removed(member);
    observer.removed(member.endpoint());
    policies.removed(member);
  }

  /** Takes the catalog's new word on one that stays where it is. */
  void redeclare(Member member, Endpoint now) {
    Endpoint before = member.declared();
    member.endpoint().declare(now);
    HealthMonitor monitor = member.monitor();
    if (monitor != null && member.wantsMonitor()) {
      monitor.update(now, settings.get().health(), checks.of(now));
    } else {
      followMode(member);
    }
    if (!now.source().equals(before.source())) {
      resolve(member);
    }
    policies.wanted(member, before.mode(), now.mode());
  }

  /** Probes what is to be probed, and nothing else. */
  void followMode(Member member) {
    if (!member.wantsMonitor()) {
      member.monitor(null);
      member.forgetWords();
    } else if (member.monitor() == null) {
      monitor(member);
    }
  }

  /** Ends it for all. */
  void stop() {
    for (Member member : members.now()) {
      leave(member);
      observer.removed(member.endpoint());
    }
    members.clear();
  }

  private static void leave(Member member) {
    member.monitor(null);
    member.unwatch();
  }

  private void resolve(Member member) {
    String host = member.declared().host();
    member.watch(
        shared
            .resolver()
            .watch(
                host,
                resolution -> {
                  if (!members.stopped() && host.equals(member.declared().host())) {
                    resolved(member, resolution);
                  }
                }));
  }

  private void resolved(Member member, Resolution resolution) {
    Optional<InetAddress> source = member.declared().source();
    if (member.resolved(source.map(resolution::reachableFrom).orElse(resolution))) {
      standings.ejections().pardon(member, "it has another address");
      standings.publish();
    }
  }

  private void monitor(Member member) {
    HealthMonitor monitor =
        new HealthMonitor(
            service,
            names,
            settings.get().listen(),
            member.declared(),
            settings.get().health(),
            checks.of(member.declared()),
            member::probeAddress,
            shared.loop(),
            shared.budget(),
            shared.path(),
            shared.random(),
            verdicts);
    member.monitor(monitor);
    monitor.start();
  }
}
