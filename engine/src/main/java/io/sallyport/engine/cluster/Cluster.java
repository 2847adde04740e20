package io.sallyport.engine.cluster;

import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.health.CheckAdvice;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.engine.Strategies;
import io.sallyport.engine.control.ControlLoop;
import io.sallyport.engine.event.EngineEvent;
import io.sallyport.engine.event.EngineEvents;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.health.AnswerPath;
import io.sallyport.engine.health.Health;
import io.sallyport.engine.health.HealthMonitor;
import io.sallyport.engine.health.ProbeBudget;
import io.sallyport.engine.resolve.HostResolver;
import io.sallyport.engine.resolve.Resolution;
import io.sallyport.engine.status.EndpointStatus;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The endpoints behind one listener, with their health and balancing state.
 *
 * <p>Its state is changed on the control loop only, and published as one unchanging {@link
 * ClusterSnapshot} that event loops read. A change of the catalog leaves surviving endpoints with
 * their health, counters and sessions.
 *
 * @since 0.1
 */
public final class Cluster implements ClusterEndpoint.Evidence, HealthMonitor.Listener {
  /** Of so many endpoints each change is published by itself. */
  private static final int FEW = 256;

  /** How long the changes of more of them are gathered: making a picker takes its time, too. */
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final String service;
  private final Supplier<List<HostName>> names;
  private final Shared shared;
  private final Observer observer;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final AtomicBoolean failOpenTold = new AtomicBoolean();
  private final BalancerContext balancerContext;
  private final Ejections ejections;
  private ServicePort settings;
  private Checks checks;
  private Tiers tiers;
  private ControlLoop.Timer publication = ControlLoop.Timer.NONE;
  private boolean publicationDue;
  private ControlLoop.Timer warming = ControlLoop.Timer.NONE;
  private boolean gathering;
  private boolean stopped;
  private volatile ClusterSnapshot snapshot = ClusterSnapshot.EMPTY;

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
    this.names = names;
    this.settings = settings;
    this.shared = shared;
    this.observer = observer;
    this.balancerContext = new BalancerContext(shared.random(), shared.loop());
    this.checks = checks(settings, Optional.empty());
    this.tiers = newTiers(settings);
    this.ejections =
        new Ejections(
            settings.spreading().ejection(), shared.loop(), members.values(), new EjectionNews());
  }

  /** What event loops see. Any thread. */
  public ClusterSnapshot snapshot() {
    return snapshot;
  }

  /** Starts to resolve and to probe. */
  public void start() {
    gathering = true;
    settings.endpoints().forEach(this::add);
    gathering = false;
    publish();
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
    Checks newChecks = checks(changed, Optional.of(checks));
    Tiers newTiers = changed.balancer().equals(settings.balancer()) ? tiers : newTiers(changed);
    boolean healthChanged = !changed.health().equals(settings.health());
    if (!sameCheck) {
      members.values().forEach(Member::forgetWords);
    }
    tiers = newTiers;
    settings = changed;
    checks = newChecks;
    Map<String, Endpoint> declared = new LinkedHashMap<>();
    changed.endpoints().forEach(endpoint -> declared.put(endpoint.name(), endpoint));
    for (Member member : List.copyOf(members.values())) {
      Endpoint now = declared.get(member.endpoint().name());
      if (now == null || elsewhere(member.declared(), now)) {
        remove(member);
      } else if (healthChanged || !now.equals(member.declared())) {
        redeclare(member, now);
      }
    }
    boolean serving = serves();
    gathering = true;
    for (Endpoint endpoint : declared.values()) {
      if (!members.containsKey(endpoint.name())) {
        Member member = add(endpoint);
        if (serving) {
          member.warmth().chill();
        }
      }
    }
    ejections.policy(changed.spreading().ejection());
    gathering = false;
    reorder(declared.keySet());
    publish();
  }

  /** Stops resolving and probing. Sessions are the listener's to end. */
  public void stop() {
    stopped = true;
    warming.cancel();
    publication.cancel();
    ejections.stop();
    for (Member member : List.copyOf(members.values())) {
      member.monitor(null);
      member.unwatch();
      observer.removed(member.endpoint());
    }
    members.clear();
  }

  /** True when at least one endpoint is known to serve, or is not checked. */
  public boolean serves() {
    for (Member member : members.values()) {
      if (member.standing().filter(standing -> !standing.failOpen()).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** True when every endpoint's first probe has ended. */
  public boolean judged() {
    return members.values().stream().allMatch(Member::judged);
  }

  /** What is wrong with endpoints, one sentence each. */
  public List<String> ailments() {
    List<String> ailments = new ArrayList<>();
    for (Member member : members.values()) {
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
    return members.values().stream().map(member -> member.status(now)).toList();
  }

  /** A session took an endpoint that no check vouches for. Event loop. */
  public void failedOpen() {
    if (!failOpenTold.get() && failOpenTold.compareAndSet(false, true)) {
      shared
          .loop()
          .execute(
              () -> tell(new EngineEvent.FailOpen(service, settings.listen(), true, whyOpen())));
    }
  }

  private String whyOpen() {
    if (serves()) {
      return "too few endpoints pass their checks";
    }
    return judged() ? "no endpoint passes its checks" : "no check has ended yet";
  }

  @Override
  public void connected(ClusterEndpoint endpoint) {
    evidence(endpoint, member -> withMonitor(member, HealthMonitor::connected));
  }

  @Override
  public void connectFailed(ClusterEndpoint endpoint, InetSocketAddress where, String reason) {
    evidence(
        endpoint,
        member -> {
          if (where.equals(endpoint.address())) {
            member.tryOtherAddress();
          }
          withMonitor(member, monitor -> monitor.connectFailed(reason));
          if (member.connectFailed()) {
            ejections.failed(member, reason);
          }
        });
  }

  @Override
  public void connectSlow(ClusterEndpoint endpoint) {
    evidence(endpoint, member -> withMonitor(member, HealthMonitor::connectSlow));
  }

  @Override
  public void served(ClusterEndpoint endpoint) {
    evidence(endpoint, ejections::served);
  }

  @Override
  public void sessionFailed(ClusterEndpoint endpoint, String reason) {
    evidence(endpoint, member -> ejections.failed(member, reason));
  }

  @Override
  public void checked(HealthMonitor monitor, CheckResult result, Health before, Health after) {
    Member member = members.get(monitor.endpoint().name());
    if (member == null || stopped) {
      return;
    }
    if (result.status().passed()) {
      member.endpoint().connectTook(result.duration().toNanos());
    } else {
      member.endpoint().checkFailed();
      member.tryOtherAddress();
    }
    if (after.up() && !before.up()) {
      ejections.pardon(member, "its checks pass again");
    }
    result.advice().ifPresent(advice -> advised(member, advice));
    publishIfMoved(member);
    boolean tells = result.status().passed() || !result.warning().isEmpty();
    if (tells && member.warned(result.warning())) {
      tell(
          new EngineEvent.EndpointWarned(
              service, settings.listen(), member.endpoint().name(), result.warning()));
    }
    if (monitor.noteworthy()) {
      tell(
          new EngineEvent.HealthChanged(
              service,
              settings.listen(),
              member.endpoint().name(),
              member.backup(),
              result,
              after.text()));
    }
    if (before.up() != after.up()) {
      verdictChanged(member, after.up(), result);
    }
  }

  @Override
  public void avoidanceChanged(HealthMonitor monitor, String reason) {
    Member member = members.get(monitor.endpoint().name());
    if (stopped || member == null) {
      return;
    }
    if (!monitor.avoided()) {
      member.trustedAgain();
    }
    publishIfMoved(member);
    tell(
        new EngineEvent.EndpointAvoided(
            service, settings.listen(), monitor.endpoint().name(), monitor.avoided(), reason));
  }

  @Override
  public void discarded(HealthMonitor monitor, Duration late) {
    if (!stopped) {
      tell(
          new EngineEvent.ProbeDiscarded(
              service, settings.listen(), monitor.endpoint().name(), late));
    }
  }

  private void advised(Member member, CheckAdvice advice) {
    EndpointMode before = member.mode();
    if (!member.advised(advice)) {
      return;
    }
    publish();
    EndpointMode after = member.mode();
    retired(member, before, after);
    tell(
        new EngineEvent.EndpointAdvised(
            service,
            settings.listen(),
            member.endpoint().name(),
            after,
            member.endpoint().weight(),
            member.endpoint().advice().maxSessions().orElse(0)));
  }

  private void verdictChanged(Member member, boolean up, CheckResult reason) {
    int sessions = member.endpoint().activeSessions();
    int closed = 0;
    if (!up && settings.onDown() == OnDown.CLOSE_SESSIONS) {
      closed = sessions;
      shared.sessions().closeOn(member.endpoint(), SessionEnd.ENDPOINT_DOWN);
    }
    boolean takesSessions = member.mode() == EndpointMode.ENABLED;
    if (up && !member.backup() && takesSessions && settings.onUp() == OnUp.CLOSE_BACKUP_SESSIONS) {
      for (Member other : members.values()) {
        if (other.backup()) {
          closed += other.endpoint().activeSessions();
          shared.sessions().closeOn(other.endpoint(), SessionEnd.BACKUP_RELIEVED);
        }
      }
    }
    tell(
        new EngineEvent.VerdictChanged(
            service,
            settings.listen(),
            member.endpoint().name(),
            member.backup(),
            up,
            reason,
            healthy(false),
            healthy(true),
            sessions,
            closed));
  }

  private int healthy(boolean backups) {
    return (int)
        members.values().stream()
            .filter(member -> member.backup() == backups)
            .filter(member -> member.mode() == EndpointMode.ENABLED)
            .filter(Member::up)
            .count();
  }

  private Member add(Endpoint declared) {
    Member member = new Member(new ClusterEndpoint(declared, this, shared.loop()));
    member.ordered(shared.words().of(service, settings.listen(), declared.name()));
    members.put(declared.name(), member);
    observer.added(member.endpoint());
    resolve(member);
    if (member.wantsMonitor()) {
      monitor(member);
    }
    return member;
  }

  private void remove(Member member) {
    members.remove(member.endpoint().name());
    member.monitor(null);
    member.unwatch();
    ejections.removed(member);
    observer.removed(member.endpoint());
    shared.sessions().drainOn(member.endpoint(), settings.timeouts().drain());
  }

  /** One that moves to another host or port is another endpoint, whatever its name. */
  private static boolean elsewhere(Endpoint before, Endpoint now) {
    return !now.host().equals(before.host()) || now.port() != before.port();
  }

  private void redeclare(Member member, Endpoint now) {
    Endpoint before = member.declared();
    member.endpoint().declare(now);
    HealthMonitor monitor = member.monitor();
    if (monitor != null && member.wantsMonitor()) {
      monitor.update(now, settings.health(), checks.of(now));
    } else {
      followMode(member);
    }
    if (!now.source().equals(before.source())) {
      resolve(member);
    }
    retired(member, before.mode(), now.mode());
  }

  /** Probes what is to be probed, and nothing else. */
  private void followMode(Member member) {
    if (!member.wantsMonitor()) {
      member.monitor(null);
      member.forgetWords();
    } else if (member.monitor() == null) {
      monitor(member);
    }
  }

  /**
   * Takes an operator's word on an endpoint: the stricter one of it, the catalog's and the
   * endpoint's own holds, so {@code ENABLED} only takes back what an operator said before.
   *
   * @return whether there is such an endpoint
   */
  public boolean order(String endpoint, EndpointMode mode) {
    Member member = members.get(endpoint);
    if (member == null || stopped) {
      return false;
    }
    EndpointMode before = member.mode();
    if (mode == EndpointMode.ENABLED) {
      ejections.pardon(member, "an operator enabled it");
    }
    if (member.ordered(mode)) {
      shared.words().say(service, settings.listen(), endpoint, mode);
      followMode(member);
      publish();
      retired(member, before, member.mode());
      tell(
          new EngineEvent.EndpointOrdered(
              service, settings.listen(), endpoint, mode, member.mode()));
    }
    return true;
  }

  private void retired(Member member, EndpointMode before, EndpointMode now) {
    boolean retired = now == EndpointMode.MAINTENANCE && before != EndpointMode.MAINTENANCE;
    if (retired) {
      ejections.pardon(member, "it is in maintenance");
    }
    if (retired && settings.onDown() == OnDown.CLOSE_SESSIONS) {
      shared.sessions().closeOn(member.endpoint(), SessionEnd.ENDPOINT_DOWN);
    }
  }

  private void resolve(Member member) {
    String host = member.declared().host();
    member.watch(
        shared
            .resolver()
            .watch(
                host,
                resolution -> {
                  if (!stopped && host.equals(member.declared().host())) {
                    resolved(member, resolution);
                  }
                }));
  }

  private void resolved(Member member, Resolution resolution) {
    Optional<InetAddress> source = member.declared().source();
    if (member.resolved(source.map(resolution::reachableFrom).orElse(resolution))) {
      ejections.pardon(member, "it has another address");
      publish();
    }
  }

  private void monitor(Member member) {
    HealthMonitor monitor =
        new HealthMonitor(
            service,
            names,
            settings.listen(),
            member.declared(),
            settings.health(),
            checks.of(member.declared()),
            member::probeAddress,
            shared.loop(),
            shared.budget(),
            shared.path(),
            shared.random(),
            this);
    member.monitor(monitor);
    monitor.start();
  }

  private void reorder(Collection<String> names) {
    Map<String, Member> ordered = new LinkedHashMap<>();
    for (String name : names) {
      Member member = members.get(name);
      if (member != null) {
        ordered.put(name, member);
      }
    }
    members.clear();
    members.putAll(ordered);
  }

  private void evidence(ClusterEndpoint endpoint, Consumer<Member> what) {
    shared
        .loop()
        .execute(() -> {
          Member member = members.get(endpoint.name());
          if (member != null && member.endpoint() == endpoint) {
            what.accept(member);
          }
        });
  }

  private static void withMonitor(Member member, Consumer<HealthMonitor> what) {
    HealthMonitor monitor = member.monitor();
    if (monitor != null) {
      what.accept(monitor);
    }
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

  private void publishIfMoved(Member member) {
    if (member.standing().orElse(Standing.DOWN) == member.endpoint().standing()) {
      return;
    }
    if (members.size() <= FEW) {
      publish();
    } else if (!publicationDue) {
      publicationDue = true;
      publication = shared.loop().schedule(PAUSE, this::publish);
    }
  }

  private void publish() {
    if (stopped || gathering) {
      return;
    }
    gathering = true;
    ejections.heedLimit();
    gathering = false;
    publication.cancel();
    publicationDue = false;
    boolean openBefore = snapshot.failOpen();
    snapshot = tiers.build(members.values(), settings, shared.loop().nanos());
    if (openBefore && !snapshot.failOpen() && failOpenTold.compareAndSet(true, false)) {
      tell(
          new EngineEvent.FailOpen(
              service, settings.listen(), false, "enough endpoints pass their checks"));
    }
    warming.cancel();
    if (snapshot.warming()) {
      Duration pause = SlowStart.pause(settings.spreading().slowStart());
      warming = shared.loop().schedule(pause, this::publish);
    }
    observer.changed();
  }

  private void tell(EngineEvent event) {
    shared.events().happened(event);
  }

  /** What becomes of ejections: another snapshot, and an event. */
  private final class EjectionNews implements Ejections.Listener {
    @Override
    public void ejected(Member member, Duration time, String reason) {
      moved(member, true, time, reason);
    }

    @Override
    public void back(Member member, String reason) {
      moved(member, false, Duration.ZERO, reason);
    }

    private void moved(Member member, boolean ejected, Duration time, String reason) {
      publishIfMoved(member);
      tell(
          new EngineEvent.EndpointEjected(
              service, settings.listen(), member.endpoint().name(), ejected, time, reason));
    }
  }
}
