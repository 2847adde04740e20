package io.sallyport.distribution.catalog;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueFactory;
import io.sallyport.api.catalog.Admission;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.Spreading;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.api.config.Problems;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.distribution.catalog.Behaviour.Chosen;
import io.sallyport.distribution.catalog.Behaviour.Entry;
import io.sallyport.distribution.catalog.Behaviour.Probing;
import io.sallyport.distribution.hocon.HoconSection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What holds for a port of which a catalog says nothing, for those who make ports without a
 * catalog's text.
 *
 * @since 0.1
 */
public final class PortDefaults {
  private final Behaviour behaviour;
  private final BehaviourReader reader;

  PortDefaults(Behaviour behaviour, BehaviourReader reader) {
    this.behaviour = behaviour;
    this.reader = reader;
  }

  /** How sessions spread where nobody says it. */
  public Strategy balancer() {
    return behaviour.balancer().strategy();
  }

  /** A balancer with keys as a catalog has them; empty when no plugin supplies one such. */
  public Optional<Strategy> balancer(String type, Map<String, ?> keys) {
    return reader.balancer(type, keys);
  }

  /**
   * A check that is not written in a catalog; empty where it is not installed, or refuses its keys.
   *
   * @param keys the type's own, as a catalog would have them
   * @param problems takes what is wrong
   */
  public Optional<Strategy> check(String type, Map<String, Object> keys, Problems problems) {
    Map<String, Object> whole = new LinkedHashMap<>(keys);
    whole.put("type", type);
    ConfigObject object = ConfigValueFactory.fromMap(Map.of("health-check", whole));
    HoconSection section = new HoconSection(object, "", problems);
    Strategy read = reader.checks().read(section, "health-check", Chosen.NONE).strategy();
    return problems.refuse() ? Optional.empty() : Optional.of(read);
  }

  /** The waiting times. */
  public Timeouts timeouts() {
    return behaviour.timeouts();
  }

  /** Connection attempts within one session. */
  public int connectAttempts() {
    return behaviour.connectAttempts();
  }

  /**
   * How endpoints are checked where only this much is said.
   *
   * @param readTime what a probe may take beyond connecting
   */
  public HealthPolicy health(
      Optional<Strategy> check,
      Optional<Duration> readTime,
      Optional<Duration> interval,
      Optional<Duration> fastInterval,
      Optional<Duration> downInterval,
      OptionalInt rise,
      OptionalInt fall,
      OptionalInt port,
      Timeouts timeouts) {
    Probing factory = behaviour.probing();
    Duration connecting = Probing.derivedTimeout(interval.orElse(factory.interval()), timeouts);
    return new Probing(
            check.map(Chosen::new).orElse(factory.check()),
            interval.orElse(factory.interval()),
            fastInterval.or(factory::fastInterval),
            downInterval.or(factory::downInterval),
            readTime.map(connecting::plus).or(factory::timeout),
            rise.orElse(factory.rise()),
            fall.orElse(factory.fall()),
            port)
        .policy(timeouts);
  }

  /** A port, with everything that is not said here as the factory has it. */
  public ServicePort port(
      int listen,
      List<Endpoint> endpoints,
      Strategy balancer,
      Optional<Duration> slowStart,
      HealthPolicy health,
      Timeouts timeouts,
      int connectAttempts,
      int maxSessions,
      Optional<OnDown> onDown,
      Optional<OnUp> onUp) {
    Spreading usual = behaviour.spreading();
    return new ServicePort(
        listen,
        endpoints,
        balancer,
        new Spreading(
            usual.preference(),
            usual.overprovisioning(),
            usual.panicThreshold(),
            slowStart.orElse(usual.slowStart()),
            usual.ejection()),
        health,
        timeouts,
        behaviour.tcp(),
        connectAttempts,
        maxSessions,
        onDown.orElse(behaviour.onDown()),
        onUp.orElse(behaviour.onUp()),
        behaviour.allDown(),
        behaviour.preamble(),
        behaviour.entry().admission(timeouts));
  }

  /**
   * Who may come and who waits where only this much is said.
   *
   * @param clients where clients may come from; none means everywhere
   * @param queue how long a session may wait for room
   * @param most sessions of the port, all of which may wait; 0 means no limit
   */
  public Admission admission(
      List<NetworkPrefix> clients, Optional<Duration> queue, int most, Timeouts timeouts) {
    Entry factory = behaviour.entry();
    return new Entry(clients, Math.max(factory.most(), most), queue.or(factory::timeout))
        .admission(timeouts);
  }
}
