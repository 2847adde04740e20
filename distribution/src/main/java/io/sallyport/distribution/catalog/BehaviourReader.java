package io.sallyport.distribution.catalog;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueFactory;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.catalog.Ejection;
import io.sallyport.api.catalog.Spreading;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.api.config.Problems;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.distribution.catalog.Behaviour.Chosen;
import io.sallyport.distribution.catalog.Behaviour.Probing;
import io.sallyport.distribution.hocon.Durations;
import io.sallyport.distribution.hocon.HoconSection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads one layer of behaviour: the catalog's defaults, a service's, or a port's. */
final class BehaviourReader {
  static final Duration SHORTEST = Duration.ofMillis(10);
  static final Duration LONGEST_CONNECT = Duration.ofHours(1);
  static final Duration LONGEST_INTERVAL = Duration.ofDays(7);
  static final Duration LONGEST = Duration.ofDays(365);
  static final int MOST_COUNT = 1_000;
  static final int MOST_ATTEMPTS = 100;
  static final Duration LONGEST_SLOW_START = Duration.ofDays(1);
  static final Duration LONGEST_EJECTION = Duration.ofDays(1);
  private static final int WHOLE = 100;
  private static final int MOST_PORT = 65_535;
  private static final Duration LONGEST_KEEPALIVE = Duration.ofSeconds(32_767);
  private static final Duration LONGEST_USER_TIMEOUT = Duration.ofDays(24);
  private static final int MOST_PROBES = 127;

  private static final Set<String> PROBING =
      Set.of("interval", "fast-interval", "down-interval", "timeout", "rise", "fall", "port");

  private final StrategyReader balancers;
  private final StrategyReader checks;
  private final Sharing sharing;

  BehaviourReader(
      Map<String, BalancerFactory<?>> balancers,
      Map<String, HealthCheckFactory<?>> checks,
      Sharing sharing) {
    this.balancers = new StrategyReader("balancer", balancers, Set.of(), sharing);
    this.checks = new StrategyReader("health check", checks, PROBING, sharing);
    this.sharing = sharing;
  }

  /** Reads health checks. */
  StrategyReader checks() {
    return checks;
  }

  /** What a section says, over what the layers below said. Other keys are the caller's. */
  Behaviour read(HoconSection section, Behaviour below) {
    return new Behaviour(
        balancers.read(section, "balancer", below.balancer()),
        spreading(section, below.spreading()),
        probing(section, below.probing()),
        section
            .within("timeouts")
            .map(said -> timeouts(said, below.timeouts()))
            .orElse(below.timeouts()),
        section.within("tcp").map(said -> tcp(said, below.tcp())).orElse(below.tcp()),
        section.integer("connect-attempts", below.connectAttempts(), 1, MOST_ATTEMPTS),
        section.integer("max-sessions", below.maxSessions(), 0, Integer.MAX_VALUE),
        section.choice("on-down", below.onDown()),
        section.choice("on-up", below.onUp()),
        section.choice("all-down", below.allDown()),
        sharing.one(PreambleReader.read(section, below.preamble())),
        sharing.one(EntryReader.read(section, below.entry())),
        EntryReader.source(section, below.source()));
  }

  /** A balancer of a type with keys of its own; empty when there is none such. */
  Optional<Strategy> balancer(String type, Map<String, ?> keys) {
    Map<String, Object> said = new HashMap<>(keys);
    said.put("type", type);
    Problems problems = new Problems();
    ConfigObject within = ConfigValueFactory.fromMap(Map.of("balancer", said));
    Chosen chosen = balancers.read(new HoconSection(within, "", problems), "balancer", Chosen.NONE);
    return problems.refuse() ? Optional.empty() : Optional.of(chosen.strategy());
  }

  private Spreading spreading(HoconSection section, Spreading below) {
    Optional<HoconSection> locality = section.within("locality");
    Spreading spreading =
        new Spreading(
            locality
                .map(said -> said.choice("prefer", below.preference()))
                .orElse(below.preference()),
            locality
                .map(said ->
                    said.integer(
                        "overprovisioning",
                        below.overprovisioning(),
                        WHOLE,
                        Spreading.MOST_OVERPROVISIONING))
                .orElse(below.overprovisioning()),
            section.integer("panic-threshold", below.panicThreshold(), 0, WHOLE),
            section.duration("slow-start", below.slowStart(), Duration.ZERO, LONGEST_SLOW_START),
            section
                .within("ejection")
                .map(said -> ejection(said, below.ejection()))
                .orElse(below.ejection()));
    locality.ifPresent(HoconSection::finish);
    return sharing.one(spreading);
  }

  private static Ejection ejection(HoconSection section, Ejection below) {
    int failures =
        section.integer(
            "consecutive-failures", below.consecutiveFailures(), 0, Ejection.MOST_FAILURES);
    Duration window = section.duration("window", below.window(), SHORTEST, LONGEST_EJECTION);
    Duration base = section.duration("base-time", below.baseTime(), SHORTEST, LONGEST_EJECTION);
    Duration most = section.duration("max-time", below.maxTime(), SHORTEST, LONGEST_EJECTION);
    int percent = section.integer("max-percent", below.maxPercent(), 1, WHOLE);
    section.finish();
    if (most.compareTo(base) < 0) {
      section.problem(
          "max-time",
          "is shorter than base-time, which is " + Durations.text(base),
          "use base-time or more");
      most = base;
    }
    return new Ejection(failures, window, base, most, percent);
  }

  private Probing probing(HoconSection section, Probing below) {
    Chosen check = checks.read(section, "health-check", below.check());
    // A type alone says nothing of the rest; what is neither was told by now.
    Optional<HoconSection> object =
        section
            .value("health-check")
            .filter(ConfigObject.class::isInstance)
            .flatMap(value -> section.within("health-check"));
    if (object.isEmpty()) {
      return check.equals(below.check()) ? below : withCheck(below, check);
    }
    HoconSection own = object.get();
    int port = own.integer("port", below.port().orElse(0), 1, MOST_PORT);
    return new Probing(
        check,
        interval(own, "interval", Optional.of(below.interval())).orElse(below.interval()),
        interval(own, "fast-interval", below.fastInterval()),
        interval(own, "down-interval", below.downInterval()),
        interval(own, "timeout", below.timeout()),
        own.integer("rise", below.rise(), 1, MOST_COUNT),
        own.integer("fall", below.fall(), 1, MOST_COUNT),
        port == 0 ? OptionalInt.empty() : OptionalInt.of(port));
  }

  private static Probing withCheck(Probing below, Chosen check) {
    return new Probing(
        check,
        below.interval(),
        below.fastInterval(),
        below.downInterval(),
        below.timeout(),
        below.rise(),
        below.fall(),
        below.port());
  }

  private static Optional<Duration> interval(
      HoconSection section, String key, Optional<Duration> below) {
    Duration read = section.duration(key, below.orElse(Duration.ZERO), SHORTEST, LONGEST_INTERVAL);
    return read.isZero() ? Optional.empty() : Optional.of(read);
  }

  private Timeouts timeouts(HoconSection section, Timeouts below) {
    Timeouts timeouts =
        new Timeouts(
            section.duration("connect", below.connect(), SHORTEST, LONGEST_CONNECT),
            section.duration("attempt-delay", below.attemptDelay(), SHORTEST, LONGEST_CONNECT),
            section.duration("idle", below.idle(), Duration.ZERO, LONGEST),
            section.duration("half-closed", below.halfClosed(), Duration.ZERO, LONGEST),
            section.duration("drain", below.drain(), Duration.ZERO, LONGEST));
    section.finish();
    return sharing.one(timeouts);
  }

  private TcpOptions tcp(HoconSection section, TcpOptions below) {
    TcpOptions tcp =
        new TcpOptions(
            wholeSeconds(section, "keepalive-idle", below.keepAliveIdle(), Duration.ZERO),
            wholeSeconds(
                section, "keepalive-interval", below.keepAliveInterval(), Duration.ofSeconds(1)),
            section.integer("keepalive-probes", below.keepAliveProbes(), 1, MOST_PROBES),
            wholeMillis(section, "user-timeout", below.userTimeout()));
    section.finish();
    return sharing.one(tcp);
  }

  private static Duration wholeSeconds(
      HoconSection section, String key, Duration below, Duration least) {
    Duration read = section.duration(key, below, least, LONGEST_KEEPALIVE);
    if (read.toNanosPart() != 0) {
      section.problem(key, "is not a whole number of seconds", "the kernel counts it in seconds");
    }
    return read;
  }

  private static Duration wholeMillis(HoconSection section, String key, Duration below) {
    Duration read = section.duration(key, below, Duration.ZERO, LONGEST_USER_TIMEOUT);
    if (read.toNanosPart() % 1_000_000 != 0) {
      section.problem(
          key, "is not a whole number of milliseconds", "the kernel counts it in milliseconds");
    }
    return read;
  }
}
