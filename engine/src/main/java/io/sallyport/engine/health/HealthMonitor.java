package io.sallyport.engine.health;

import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.CheckTarget;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.engine.control.ControlLoop;
import io.sallyport.engine.health.ProbeBudget.Urgency;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Probes one endpoint and keeps its {@link Health}; takes the evidence of live sessions as a reason
 * to probe at once.
 *
 * <p>Health is changed by probes alone, as HAProxy does. Beside it stands a doubt: an endpoint that
 * live sessions could not reach is {@link #avoided()} at once, until a probe that started after the
 * last bad news passes or a live session connects.
 *
 * <p>Probes follow each other, from the end of one to the start of the next, each time ±10 %:
 *
 * <ul>
 *   <li>after the policy's interval for the health (see {@link Health.Footing});
 *   <li>after the fast interval when the last probe changed the verdict;
 *   <li>in their own fast time while an endpoint that is up is avoided, so that it is down, or
 *       trusted again, within 3 s of the first failed connect;
 *   <li>in quick succession while an endpoint that is down was reached by a live session and
 *       passes.
 * </ul>
 *
 * <p>A probe that outlives its timeout counts as timed out, unless this node may have been too busy
 * to hear the answer. Before a time-out counts, the threads that answers come through must show
 * that they run: a task has to come back from them within 100 ms. When they do not, or when the
 * control loop is 500 ms late itself, that probe counts for nothing and is repeated. A thread that
 * does not come back for ten seconds is not starved but stuck, and keeps no time-out from counting.
 *
 * <p>Control loop only; the listener is called there too, after the monitor's own state has
 * changed, and may call any method.
 *
 * @since 0.1
 */
public final class HealthMonitor {
  /** Hears of an endpoint's probes. */
  public interface Listener {
    /**
     * A probe ended and counted.
     *
     * @param before the health before it
     * @param after the health now, also {@link HealthMonitor#health()}
     */
    void checked(HealthMonitor monitor, CheckResult result, Health before, Health after);

    /**
     * Live sessions could not reach the endpoint, or there is reason to trust it again: see {@link
     * HealthMonitor#avoided()}. Where a probe is the reason, {@link #checked} is called first.
     *
     * @param reason for the log
     */
    void avoidanceChanged(HealthMonitor monitor, String reason);

    /** A probe counted for nothing, because this node was too busy to hear its answer. */
    void discarded(HealthMonitor monitor, Duration late);
  }

  private final String service;
  private final Supplier<List<HostName>> names;
  private final int port;
  private final Supplier<ProbeAddress> address;
  private final ControlLoop loop;
  private final AnswerPath path;
  private final RandomGenerator random;
  private final Listener listener;
  private final Prober prober;

  private Endpoint endpoint;
  private HealthPolicy policy;
  private HealthCheck check;
  private ProbeTiming timing;
  private Health health;
  private @Nullable CheckResult lastResult;
  private boolean noteworthy;
  private boolean avoided;
  private boolean reachedWhileDown;
  private long evidence;
  private long lastEnd;
  private Duration usual = Duration.ZERO;

  /**
   * Makes a monitor; it does nothing before {@link #start()}.
   *
   * @param service the service's id
   * @param names the service's public names, asked at the start of each probe
   * @param port the listening port
   * @param endpoint what to probe, at {@link HealthPolicy#port()} where that is set
   * @param address asked at the start of each probe
   * @param budget shared by all monitors of the node
   * @param path what a probe's answer comes through
   * @param random for jitter
   */
  public HealthMonitor(
      String service,
      Supplier<List<HostName>> names,
      int port,
      Endpoint endpoint,
      HealthPolicy policy,
      HealthCheck check,
      Supplier<ProbeAddress> address,
      ControlLoop loop,
      ProbeBudget budget,
      AnswerPath path,
      RandomGenerator random,
      Listener listener) {
    this.service = service;
    this.names = names;
    this.port = port;
    this.endpoint = endpoint;
    this.policy = policy;
    this.check = check;
    this.address = address;
    this.loop = loop;
    this.path = path;
    this.random = random;
    this.listener = listener;
    prober = new Prober(loop, budget, this::urgency, this::probe);
    timing = new ProbeTiming(policy, random);
    health = Health.initial(policy);
  }

  /** Begins to probe, within 200 ms; does nothing when it has begun. */
  public void start() {
    if (prober.stopped()) {
      lastEnd = loop.nanos();
      prober.after(timing.first());
    }
  }

  /** Ends probing; what a probe under way finds is not told. May be started again. */
  public void stop() {
    prober.stop();
  }

  /** Takes what a new catalog says of the endpoint, and keeps its health. */
  public void update(Endpoint newEndpoint, HealthPolicy newPolicy, HealthCheck newCheck) {
    boolean elsewhere =
        !newCheck.equals(check)
            || newEndpoint.port() != endpoint.port()
            || !newEndpoint.host().equals(endpoint.host())
            || !newPolicy.port().equals(policy.port());
    boolean otherTimes = !newPolicy.equals(policy);
    endpoint = newEndpoint;
    policy = newPolicy;
    check = newCheck;
    timing = new ProbeTiming(newPolicy, random);
    health = health.under(newPolicy);
    if (elsewhere) {
      usual = Duration.ZERO;
      probeAnew();
    } else if (otherTimes) {
      prober.within(timing.routine(health));
    }
  }

  /** The host has other addresses than before, has its first ones, or cannot be resolved. */
  public void addressChanged() {
    probeAnew();
  }

  /** A live session's connection attempt failed. */
  public void connectFailed(String reason) {
    doubt(reason);
  }

  /** A live session's connection attempt has had no answer for longer than is usual. */
  public void connectSlow() {
    doubt("no answer to a connection attempt yet");
  }

  /** A live session connected. */
  public void connected() {
    if (avoided) {
      avoided = false;
      listener.avoidanceChanged(this, "a session connected");
    }
    if (!health.up() && !reachedWhileDown) {
      reachedWhileDown = true;
      hasten();
    }
  }

  /** The service's id. */
  public String service() {
    return service;
  }

  /** The listening port. */
  public int port() {
    return port;
  }

  /** What is probed. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** The health now. */
  public Health health() {
    return health;
  }

  /** Whether any probe has ended yet. */
  public boolean proven() {
    return lastResult != null;
  }

  /** Whether new sessions should avoid the endpoint because live ones could not reach it. */
  public boolean avoided() {
    return avoided;
  }

  /** What the last probe that counted found; empty before the first. */
  public Optional<CheckResult> lastResult() {
    return Optional.ofNullable(lastResult);
  }

  /**
   * Whether the last probe changed the health, or ended in another way than the one before it: what
   * HAProxy logs.
   */
  public boolean noteworthy() {
    return noteworthy;
  }

  private void doubt(String reason) {
    evidence++;
    reachedWhileDown = false;
    if (!avoided) {
      avoided = true;
      if (health.up()) {
        hasten();
      }
      listener.avoidanceChanged(this, reason);
    }
  }

  /** Probes as soon as possible; a probe under way may no longer take its policy's time. */
  private void hasten() {
    long left = lastEnd + timing.gap().toNanos() - loop.nanos();
    prober.within(Duration.ofNanos(Math.max(0, left)));
    prober.hurry();
    prober.endWithin(timing.confirmingTimeout(usual));
  }

  /** What was known is of no use any more: a probe under way is given up, and another one begun. */
  private void probeAnew() {
    if (prober.probing()) {
      lastEnd = loop.nanos();
      prober.after(timing.gap());
    } else {
      hasten();
    }
  }

  private Urgency urgency() {
    boolean routine = proven() && !confirming() && !reachedWhileDown;
    return routine ? Urgency.ROUTINE : Urgency.URGENT;
  }

  /** True while it has to be found out quickly whether the endpoint is down. */
  private boolean confirming() {
    return avoided && health.up();
  }

  private void probe() {
    switch (address.get()) {
      case ProbeAddress.Pending() -> prober.after(timing.routine(health));
      case ProbeAddress.Unknown(String fault) ->
          found(
              CheckResult.of(CheckStatus.SOCKET_ERROR, Duration.ZERO, "no address: " + fault),
              loop.nanos(),
              evidence);
      case ProbeAddress.Known(InetAddress known) -> ask(known);
    }
  }

  private void ask(InetAddress known) {
    CheckTarget target =
        new CheckTarget(
            service,
            names.get(),
            endpoint.name(),
            endpoint.host(),
            new InetSocketAddress(known, policy.port().orElse(endpoint.port())),
            confirming() ? timing.confirmingTimeout(usual) : policy.timeout());
    long started = loop.nanos();
    long evidenceThen = evidence;
    prober.run(
        new ProbeRun(
            check,
            target,
            loop,
            path,
            ending -> {
              switch (ending) {
                case ProbeRun.Found(CheckResult result) -> found(result, started, evidenceThen);
                case ProbeRun.Missed(Duration late) -> missed(late);
              }
            }));
  }

  private void missed(Duration late) {
    lastEnd = loop.nanos();
    prober.after(timing.gap());
    listener.discarded(this, late);
  }

  private void found(CheckResult result, long started, long evidenceThen) {
    boolean passed = result.status().passed();
    Health before = health;
    Health after = passed ? before.passed() : before.failed();
    boolean otherwise = lastResult == null || lastResult.status() != result.status();
    noteworthy = otherwise || !after.equals(before);
    health = after;
    lastResult = result;
    lastEnd = loop.nanos();
    boolean trustedAgain = passed && avoided && evidenceThen == evidence;
    if (passed) {
      usual = result.duration();
    }
    if (trustedAgain) {
      avoided = false;
    }
    if (!passed || after.up()) {
      reachedWhileDown = false;
    }
    prober.after(next(passed, before.up() != after.up(), started));
    listener.checked(this, result, before, after);
    if (trustedAgain) {
      listener.avoidanceChanged(this, "a probe passed");
    }
  }

  private Duration next(boolean passed, boolean verdictChanged, long started) {
    if (confirming()) {
      // A pass that left the doubt started before the last bad news, and so tells nothing of it.
      return passed ? timing.gap() : timing.confirming(Duration.ofNanos(lastEnd - started));
    }
    if (reachedWhileDown) {
      return timing.returning();
    }
    return verdictChanged ? timing.afterVerdict() : timing.routine(health);
  }
}
