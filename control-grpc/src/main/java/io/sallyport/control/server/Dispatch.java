package io.sallyport.control.server;

import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.plugin.Ticker;
import io.sallyport.control.security.Caller;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the agents' streams share. Only the loop touches it, unless it says otherwise. */
final class Dispatch {
  private static final Logger log = LoggerFactory.getLogger(Dispatch.class);

  /** An agent that is sent away comes again within so much, at random. */
  private static final Duration HINT = Duration.ofSeconds(5);

  /** Streams of one node that replace one another in so short a time are told. */
  private static final Duration TOO_SOON = Duration.ofMinutes(1);

  private final AgentsSettings settings;
  private final String replica;
  private final Fleet fleet;
  private final BiConsumer<Caller, String> refusals;
  private final AgentsMetrics metrics;
  private final ScheduledExecutorService loop;
  private final InstantSource clock;
  private final Ticker ticker;
  private final RandomGenerator random;

  private final Compact compact = new Compact();
  private final Transitions transitions;
  private final Spreading spreading;
  private final Admission<AgentStream> admission;
  private final Pace reports;
  private final Set<AgentStream> streams = new HashSet<>();
  private final Map<String, AgentStream> byName = new HashMap<>();
  private final Map<String, Long> replaced = new HashMap<>();
  private final Declared declared = new Declared();
  private final Map<String, NodeRecord> departed = new LinkedHashMap<>();
  private final CompletableFuture<Void> empty = new CompletableFuture<>();
  private boolean stopping;
  private volatile int attachedNow;
  private volatile int waitingNow;

  Dispatch(
      AgentsSettings settings,
      String replica,
      Fleet fleet,
      BiConsumer<Caller, String> refusals,
      AgentsMetrics metrics,
      ScheduledExecutorService loop,
      InstantSource clock,
      Ticker ticker,
      RandomGenerator random) {
    this.settings = settings;
    this.replica = replica;
    this.fleet = fleet;
    this.refusals = refusals;
    this.metrics = metrics;
    this.loop = loop;
    this.clock = clock;
    this.ticker = ticker;
    this.random = random;
    this.transitions = new Transitions(settings.deltaBytes());
    this.spreading = new Spreading(this, streams, transitions);
    this.admission = new Admission<>(settings.firstSyncs(), settings.firstSyncsWaiting());
    this.reports = new Pace(settings.reportsPerSecond(), ticker.nanos());
    metrics.gauge("control_agents_attached", () -> attachedNow);
    metrics.gauge("control_first_syncs_waiting", () -> waitingNow);
  }

  AgentsSettings settings() {
    return settings;
  }

  String replica() {
    return replica;
  }

  AgentsMetrics metrics() {
    return metrics;
  }

  Compact compact() {
    return compact;
  }

  Transitions transitions() {
    return transitions;
  }

  /** Any thread. */
  long now() {
    return ticker.nanos();
  }

  long millis() {
    return clock.millis();
  }

  /** From half of a time to one and a half, in nanoseconds. Any thread, if randomness allows it. */
  long jittered(Duration time) {
    return (long) (time.toNanos() * (0.5 + random.nextDouble()));
  }

  /** When an agent that is sent away may come again. */
  long hintMillis() {
    return (long) (HINT.toMillis() * random.nextDouble());
  }

  void later(long nanos, Runnable task) {
    var _ = loop.schedule(guarded(task), nanos, TimeUnit.NANOSECONDS);
  }

  /** A task of whose faults nobody else would hear. */
  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException fault) {
        log.atError().setCause(fault).log("the agents' loop failed at something, and goes on");
      }
    };
  }

  /** A stream has opened. */
  void opened(AgentStream stream) {
    streams.add(stream);
    if (stopping) {
      stream.attempt(() -> stream.leave(hintMillis(), "the control plane is stopping"));
    }
  }

  /** The fleet is to have something else. */
  void retarget(Targets to) {
    spreading.retarget(to);
  }

  /** Tells a stream that has come what it is to have, if that is known. */
  void aim(AgentStream stream) {
    spreading.aim(stream);
  }

  /** An agent that lagged has what it is to have. */
  void caughtUp() {
    spreading.caughtUp();
  }

  /** Why a node may not attach with what it says that it is like; empty when it may. */
  Optional<String> restless(NodeIdentity node) {
    return declared.may(node, now())
        ? Optional.empty()
        : Optional.of(
            "the node said other labels or another zone more than "
                + Declared.MOST_CHANGES
                + " times within a minute; do two agents run as this node? Configure them anew, and"
                + " wait a minute");
  }

  /**
   * An agent has said who it is, and takes the place of another stream of the node's.
   *
   * @return what is to be told of the node
   */
  Optional<String> attached(AgentStream stream) {
    departed.remove(stream.name());
    AgentStream old = byName.put(stream.name(), stream);
    attachedNow = byName.size();
    if (old == null) {
      log.atInfo().addKeyValue("node", stream.name()).log("attached");
      return Optional.empty();
    }
    Long before = replaced.put(stream.name(), now());
    old.attempt(old::replaced);
    log.atWarn()
        .addKeyValue("node", stream.name())
        .log("attached again, and the stream that it had is ended");
    return before != null && now() - before < TOO_SOON.toNanos()
        ? Optional.of("attached again and again: do two agents run as this node?")
        : Optional.empty();
  }

  /** A stream has ended. */
  void ended(AgentStream stream, Optional<NodeRecord> last) {
    streams.remove(stream);
    left(stream);
    if (byName.remove(stream.name(), stream)) {
      attachedNow = byName.size();
      log.atInfo().addKeyValue("node", stream.name()).log("left");
      last.ifPresent(record -> {
        departed.put(stream.name(), record);
        fleet.put(stream.name(), record);
      });
    }
    if (stopping && streams.isEmpty()) {
      empty.complete(null);
    }
  }

  Admission.Answer admit(AgentStream stream) {
    Admission.Answer answer = admission.ask(stream);
    waitingNow = admission.waiting();
    return answer;
  }

  /** An agent needs its place among the first syncs no more. */
  void left(AgentStream stream) {
    Optional<AgentStream> admitted = admission.leave(stream);
    waitingNow = admission.waiting();
    admitted.ifPresent(next -> later(0, () -> next.attempt(next::advance)));
  }

  void askReport(AgentStream stream) {
    later(reports.turn(now()), () -> stream.attempt(stream::askReport));
  }

  void publish(NodeRecord record) {
    fleet.put(record.node().getName(), record);
  }

  /** Somebody did what is not allowed. */
  void refused(Caller caller, String node, String reason) {
    metrics.refused.inc();
    refusals.accept(caller, reason);
    log.atWarn()
        .addKeyValue("caller", caller.name())
        .addKeyValue("node", node)
        .log("the agent's stream is refused: {}", reason);
  }

  /** Looks at the time, every now and then. */
  void tick() {
    long now = now();
    List.copyOf(streams).forEach(stream -> stream.attempt(() -> stream.tick(now)));
    transitions.tidy();
    declared.forget(now);
    replaced.values().removeIf(at -> now - at > TOO_SOON.toNanos());
    long forgotten = millis() - settings.forgetAfter().toMillis();
    var oldest = departed.entrySet().iterator();
    while (oldest.hasNext()) {
      var entry = oldest.next();
      if (entry.getValue().sinceMillis() > forgotten && departed.size() <= settings.maxAgents()) {
        break;
      }
      oldest.remove();
      fleet.forget(entry.getKey(), entry.getValue());
    }
  }

  /** Sends all agents away, spread over a time; completes when the last has gone. */
  CompletableFuture<Void> leave(Duration over) {
    stopping = true;
    for (AgentStream stream : new ArrayList<>(streams)) {
      later(
          (long) (over.toNanos() * random.nextDouble()),
          () ->
              stream.attempt(() ->
                  stream.leave(
                      (long) (over.toMillis() * random.nextDouble()),
                      "the control plane is stopping")));
    }
    if (streams.isEmpty()) {
      empty.complete(null);
    }
    return empty;
  }
}
