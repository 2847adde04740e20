package io.sallyport.engine.cluster;

import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.engine.Strategies;
import io.sallyport.engine.control.ControlLoop;
import io.sallyport.engine.event.EngineEvents;
import io.sallyport.engine.health.AnswerPath;
import io.sallyport.engine.health.ProbeBudget;
import io.sallyport.engine.resolve.HostResolver;
import io.sallyport.engine.status.EndpointStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The endpoints behind one listener, with their health and balancing state.
 *
 * <p>Its state is changed on the control loop only, and published as one unchanging {@link
 * ClusterSnapshot} that event loops read. A change of the catalog leaves surviving endpoints with
 * their health, counters and sessions.
 *
 * <p>What it consists of: {@link Members}, the endpoints; {@link Upkeep}, which has them resolved
 * and probed; {@link Verdicts} and {@link LiveEvidence}, which take in what probes and sessions
 * found; {@link SessionPolicies}, what that means for sessions; {@link Standings}, what is
 * published; {@link ClusterNews}, what is told.
 *
 * @since 0.1
 */
public final class Cluster {
  private final String service;
  private final Shared shared;
  private final BalancerContext balancerContext;
  private final Members members = new Members();
  private final ClusterNews news;
  private final Standings standings;
  private final SessionPolicies policies;
  private final Upkeep upkeep;
  private ServicePort settings;

  /**
   * What all clusters of an engine share.
   *
   * @param loop changes their state
   * @param strategies makes balancers and health checks
   * @param resolver watches host names
   * @param budget bounds the probes in flight
   * @param path what their answers come through
   * @param checks what health checks are given
   * @param sessions closes sessions by policy
   * @param events is told of every transition
   * @param random jitters probes
   * @param locality where the node stands
   * @param words what an operator said of endpoints
   */
  public record Shared(
      ControlLoop loop,
      Strategies strategies,
      HostResolver resolver,
      ProbeBudget budget,
      AnswerPath path,
      HealthCheckContext checks,
      SessionControl sessions,
      EngineEvents events,
      RandomGenerator random,
      Locality locality,
      OperatorWords words) {}

  /** Hears of a cluster's changes. Control loop. */
  public interface Observer {
    /** Some endpoint's standing may have changed. */
    void changed();

    /** An endpoint was added. */
    void added(ClusterEndpoint endpoint);

    /** An endpoint was removed. */
    void removed(ClusterEndpoint endpoint);
  }

  /**
   * Makes a cluster; it neither resolves nor probes before {@link #start()}.
   *
   * @param names asked for the service's public names at the start of each probe
   * @throws Strategies.UnknownStrategyException when no plugin supplies its strategies
   * @throws Strategies.StrategyFaultException when a plugin fails
   */
  public Cluster(
      String service,
      Supplier<List<HostName>> names,
      ServicePort settings,
      Shared shared,
      Observer observer) {
    this.service = service;
    this.settings = settings;
    this.shared = shared;
    this.balancerContext = new BalancerContext(shared.random(), shared.loop());
    Supplier<ServicePort> now = () -> this.settings;
    Checks checks = checks(settings, Optional.empty());
    this.news = new ClusterNews(service, now, shared.events());
    this.standings =
        new Standings(members, now, newTiers(settings), shared.loop(), news, observer::changed);
    this.policies = new SessionPolicies(members, now, shared.sessions(), standings.ejections());
    this.upkeep =
        new Upkeep(
            service, names, now, checks, shared, observer, members, standings, policies, news);
  }

  /** What event loops see. Any thread. */
  public ClusterSnapshot snapshot() {
    return standings.snapshot();
  }

  /** Starts to resolve and to probe. */
  public void start() {
    standings.gather(() -> settings.endpoints().forEach(upkeep::add));
    standings.publish();
  }

  /**
   * Takes a new catalog's word.
   *
   * @throws Strategies.UnknownStrategyException when no plugin supplies its strategies; then
   *     nothing has changed
   * @throws Strategies.StrategyFaultException when a plugin fails; then nothing has changed
   */
  public void update(ServicePort changed) {
    boolean sameCheck = changed.health().check().equals(settings.health().check());
    Checks newChecks = checks(changed, Optional.of(upkeep.checks()));
    Tiers newTiers =
        changed.balancer().equals(settings.balancer()) ? standings.tiers() : newTiers(changed);
    boolean healthChanged = !changed.health().equals(settings.health());
    if (!sameCheck) {
      members.all().forEach(Member::forgetWords);
    }
    standings.tiers(newTiers);
    settings = changed;
    upkeep.checks(newChecks);
    Map<String, Endpoint> declared = new LinkedHashMap<>();
    changed.endpoints().forEach(endpoint -> declared.put(endpoint.name(), endpoint));
    for (Member member : members.now()) {
      Endpoint now = declared.get(member.endpoint().name());
      if (now == null || elsewhere(member.declared(), now)) {
        upkeep.remove(member);
      } else if (healthChanged || !now.equals(member.declared())) {
        upkeep.redeclare(member, now);
      }
    }
    boolean serving = serves();
    standings.gather(() -> {
      for (Endpoint endpoint : declared.values()) {
        if (members.named(endpoint.name()) == null) {
          Member member = upkeep.add(endpoint);
          if (serving) {
            member.warmth().chill();
          }
        }
      }
      standings.ejections().policy(changed.spreading().ejection());
    });
    members.reorder(declared.keySet());
    standings.publish();
  }

  /** One that moves to another host or port is another endpoint, whatever its name. */
  private static boolean elsewhere(Endpoint before, Endpoint now) {
    return !now.host().equals(before.host()) || now.port() != before.port();
  }

  /** Stops resolving and probing. Sessions are the listener's to end. */
  public void stop() {
    members.stop();
    standings.stop();
    upkeep.stop();
  }

  /** True when at least one endpoint is known to serve, or is not checked. */
  public boolean serves() {
    return members.serves();
  }

  /** True when every endpoint's first probe has ended. */
  public boolean judged() {
    return members.judged();
  }

  /** What is wrong with endpoints, one sentence each. */
  public List<String> ailments() {
    List<String> ailments = new ArrayList<>();
    for (Member member : members.all()) {
      member
          .ailment(shared.loop().nanos())
          .ifPresent(words ->
              ailments.add(
                  service
                      + ":"
                      + settings.listen()
                      + ": endpoint "
                      + member.endpoint().name()
                      + " "
                      + words));
    }
    return ailments;
  }

  /** What people are told. */
  public List<EndpointStatus> status() {
    long now = shared.loop().nanos();
    return members.all().stream().map(member -> member.status(now)).toList();
  }

  /** A session took an endpoint that no check vouches for. Event loop. */
  public void failedOpen() {
    standings.failedOpen();
  }

  /**
   * Takes an operator's word on an endpoint: the stricter one of it, the catalog's and the
   * endpoint's own holds, so {@code ENABLED} only takes back what an operator said before.
   *
   * @return whether there is such an endpoint
   */
  public boolean order(String endpoint, EndpointMode mode) {
    Member member = members.named(endpoint);
    if (member == null || members.stopped()) {
      return false;
    }
    EndpointMode before = member.mode();
    if (mode == EndpointMode.ENABLED) {
      standings.ejections().pardon(member, "an operator enabled it");
    }
    if (member.ordered(mode)) {
      shared.words().say(service, settings.listen(), endpoint, mode);
      upkeep.followMode(member);
      standings.publish();
      policies.wanted(member, before, member.mode());
      news.ordered(member, mode);
    }
    return true;
  }

  private Checks checks(ServicePort of, Optional<Checks> before) {
    return Checks.of(of, shared.strategies(), shared.checks(), before);
  }

  private Tiers newTiers(ServicePort of) {
    String listener = service + ":" + of.listen();
    return new Tiers(
        listener,
        shared.locality(),
        () -> shared.strategies().balancer(of.balancer(), balancerContext));
  }
}
