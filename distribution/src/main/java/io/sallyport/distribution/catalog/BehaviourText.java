package io.sallyport.distribution.catalog;

import io.sallyport.api.catalog.Admission;
import io.sallyport.api.catalog.Ejection;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.QueuePolicy;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.Spreading;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.distribution.catalog.Behaviour.Probing;
import io.sallyport.distribution.hocon.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds what each layer has to say of behaviour, key by key: where all ports below a layer agree on
 * a value that is not the factory's, the layer says it; where they do not, each port does.
 */
final class BehaviourText {
  private static final String CHECK = "health-check";

  /**
   * One key.
   *
   * @param path where it stands
   * @param value how a port's is written; empty for one that cannot be said
   * @param unsaid how it reads for a port of which nobody says anything
   */
  private record Key(
      String path, Function<ServicePort, String> value, Function<ServicePort, String> unsaid) {}

  private final List<Key> keys = new ArrayList<>();
  private final Preamble unsaid;

  BehaviourText(Behaviour factory) {
    unsaid = factory.preamble();
    key(
        "balancer",
        port -> StrategyText.object(port.balancer()),
        StrategyText.object(factory.balancer().strategy()));
    spreading("locality.prefer", spreading -> kebab(spreading.preference()), factory.spreading());
    spreading(
        "locality.overprovisioning",
        spreading -> String.valueOf(spreading.overprovisioning()),
        factory.spreading());
    spreading(
        "panic-threshold",
        spreading -> String.valueOf(spreading.panicThreshold()),
        factory.spreading());
    spreading(
        "slow-start", spreading -> Durations.text(spreading.slowStart()), factory.spreading());
    ejection(
        "consecutive-failures",
        ejection -> String.valueOf(ejection.consecutiveFailures()),
        factory);
    ejection("window", ejection -> Durations.text(ejection.window()), factory);
    ejection("base-time", ejection -> Durations.text(ejection.baseTime()), factory);
    ejection("max-time", ejection -> Durations.text(ejection.maxTime()), factory);
    ejection("max-percent", ejection -> String.valueOf(ejection.maxPercent()), factory);
    Probing probing = factory.probing();
    key(
        CHECK + ".",
        port -> StrategyText.members(port.health().check()),
        StrategyText.members(probing.check().strategy()));
    health(
        "interval",
        health -> Durations.text(health.interval()),
        Durations.text(probing.interval()));
    derived(
        "fast-interval",
        port -> port.health().fastInterval(),
        (health, timeouts) -> Probing.derivedFast(health.interval()));
    derived(
        "down-interval",
        port -> port.health().downInterval(),
        (health, timeouts) -> Probing.derivedDown(health.interval()));
    derived(
        "timeout",
        port -> port.health().timeout(),
        (health, timeouts) -> Probing.derivedTimeout(health.interval(), timeouts));
    health("rise", health -> String.valueOf(health.rise()), String.valueOf(probing.rise()));
    health("fall", health -> String.valueOf(health.fall()), String.valueOf(probing.fall()));
    health(
        "port",
        health -> health.port().isEmpty() ? "" : String.valueOf(health.port().getAsInt()),
        "");
    Timeouts waits = factory.timeouts();
    timeout("connect", Timeouts::connect, waits);
    timeout("attempt-delay", Timeouts::attemptDelay, waits);
    timeout("idle", Timeouts::idle, waits);
    timeout("half-closed", Timeouts::halfClosed, waits);
    timeout("drain", Timeouts::drain, waits);
    TcpOptions tcp = factory.tcp();
    tcp("keepalive-idle", options -> Durations.text(options.keepAliveIdle()), tcp);
    tcp("keepalive-interval", options -> Durations.text(options.keepAliveInterval()), tcp);
    tcp("keepalive-probes", options -> String.valueOf(options.keepAliveProbes()), tcp);
    tcp("user-timeout", options -> Durations.text(options.userTimeout()), tcp);
    key(
        "connect-attempts",
        port -> String.valueOf(port.connectAttempts()),
        String.valueOf(factory.connectAttempts()));
    key(
        "max-sessions",
        port -> String.valueOf(port.maxSessions()),
        String.valueOf(factory.maxSessions()));
    key("on-down", port -> kebab(port.onDown()), kebab(factory.onDown()));
    key("on-up", port -> kebab(port.onUp()), kebab(factory.onUp()));
    key("all-down", port -> kebab(port.allDown()), kebab(factory.allDown()));
    preamble(
        "accept-proxy.from",
        preamble -> list(preamble.accept().from().stream().map(NetworkPrefix::text).toList()));
    preamble("accept-proxy.others", preamble -> kebab(preamble.accept().others()));
    preamble("send-proxy", preamble -> kebab(preamble.send()));
    preamble("route.by", preamble -> kebab(preamble.routing().by()));
    preamble("route.names", preamble -> list(preamble.routing().names()));
    preamble("route.default", preamble -> String.valueOf(preamble.routing().fallback()));
    entry(
        "allow-clients",
        admission -> list(admission.clients().stream().map(NetworkPrefix::text).toList()),
        list(factory.entry().clients().stream().map(NetworkPrefix::text).toList()));
    entry(
        "queue.max",
        admission -> String.valueOf(admission.queue().max()),
        String.valueOf(factory.entry().most()));
    keys.add(
        new Key("queue.timeout", port -> queueTimeout(port), port -> unsaidQueueTimeout(port)));
    key(
        EntryReader.SOURCE,
        // Where endpoints differ, each says its own.
        port ->
            EndpointText.text(
                EndpointText.oneSource(port) ? EndpointText.source(port) : factory.source()),
        EndpointText.text(factory.source()));
    preamble("preamble-timeout", preamble -> Durations.text(preamble.patience()));
  }

  /** What a layer says for all of its ports, over what the layers below said for all. */
  Said agreed(List<ServicePort> ports, Said below) {
    Map<String, String> said = new LinkedHashMap<>();
    for (Key key : keys) {
      List<String> values = ports.stream().map(key.value()).distinct().toList();
      boolean asUnsaid =
          ports.stream().allMatch(port -> key.value().apply(port).equals(key.unsaid().apply(port)));
      boolean one = values.size() == 1 && !values.getFirst().isEmpty();
      if (one && !asUnsaid && !below.says(key.path())) {
        said.put(key.path(), values.getFirst());
      }
    }
    return new Said(said);
  }

  /** What a port says for itself, where the layers below could not say it for all. */
  Said own(ServicePort port, Said below) {
    Map<String, String> said = new LinkedHashMap<>();
    for (Key key : keys) {
      String value = key.value().apply(port);
      if (!below.says(key.path()) && !value.equals(key.unsaid().apply(port))) {
        said.put(key.path(), value);
      }
    }
    return new Said(said);
  }

  /** The lines of a layer, without indentation. */
  List<String> lines(Said said) {
    List<String> lines = new ArrayList<>();
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : said.values().entrySet()) {
      int dot = entry.getKey().indexOf('.');
      String group = dot < 0 ? entry.getKey() : entry.getKey().substring(0, dot);
      String key = dot < 0 ? "" : entry.getKey().substring(dot + 1);
      String assignment = key.isEmpty() ? entry.getValue() : key + " = " + entry.getValue();
      groups.computeIfAbsent(group, missing -> new ArrayList<>()).add(assignment);
      if (dot < 0) {
        groups.get(group).add("");
      }
    }
    groups.forEach((group, members) ->
        lines.add(
            members.getLast().isEmpty()
                ? group + " = " + members.getFirst()
                : group + " { " + String.join(", ", members) + " }"));
    return lines;
  }

  private void key(String path, Function<ServicePort, String> value, String factory) {
    keys.add(new Key(path, value, port -> factory));
  }

  private void spreading(String path, Function<Spreading, String> value, Spreading factory) {
    key(path, port -> value.apply(port.spreading()), value.apply(factory));
  }

  private void ejection(String key, Function<Ejection, String> value, Behaviour factory) {
    spreading(
        "ejection." + key, spreading -> value.apply(spreading.ejection()), factory.spreading());
  }

  private void health(String key, Function<HealthPolicy, String> value, String factory) {
    key(CHECK + "." + key, port -> value.apply(port.health()), factory);
  }

  private void derived(
      String key,
      Function<ServicePort, Duration> value,
      BiFunction<HealthPolicy, Timeouts, Duration> derivation) {
    keys.add(
        new Key(
            CHECK + "." + key,
            port -> Durations.text(value.apply(port)),
            port -> Durations.text(derivation.apply(port.health(), port.timeouts()))));
  }

  private void preamble(String path, Function<Preamble, String> value) {
    key(path, port -> value.apply(port.preamble()), value.apply(unsaid));
  }

  private void entry(String path, Function<Admission, String> value, String factory) {
    key(path, port -> value.apply(port.admission()), factory);
  }

  /** Where none waits, it does not matter how long. */
  private static String queueTimeout(ServicePort port) {
    QueuePolicy queue = port.admission().queue();
    return queue.queues() ? Durations.text(queue.timeout()) : unsaidQueueTimeout(port);
  }

  private static String unsaidQueueTimeout(ServicePort port) {
    return Durations.text(Behaviour.Entry.derivedTimeout(port.timeouts()));
  }

  private static String list(List<String> texts) {
    return texts.stream().map(CatalogWriter::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  private void timeout(String key, Function<Timeouts, Duration> value, Timeouts factory) {
    key(
        "timeouts." + key,
        port -> Durations.text(value.apply(port.timeouts())),
        Durations.text(value.apply(factory)));
  }

  private void tcp(String key, Function<TcpOptions, String> value, TcpOptions factory) {
    key("tcp." + key, port -> value.apply(port.tcp()), value.apply(factory));
  }

  private static String kebab(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
