package io.sallyport.distribution.catalog;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import io.sallyport.api.catalog.Admission;
import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.QueuePolicy;
import io.sallyport.api.catalog.Spreading;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.api.plugin.Strategy;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What a service may say of its behaviour, on one layer, with what the layers below said. */
record Behaviour(
    Chosen balancer,
    Spreading spreading,
    Probing probing,
    Timeouts timeouts,
    TcpOptions tcp,
    int connectAttempts,
    int maxSessions,
    OnDown onDown,
    OnUp onUp,
    AllDown allDown,
    Preamble preamble,
    Entry entry,
    Optional<InetAddress> source) {

  /** Below the lowest layer, which says everything: nothing of this is ever seen. */
  static final Behaviour UNSAID =
      new Behaviour(
          Chosen.NONE,
          Spreading.PLAIN,
          new Probing(
              Chosen.NONE,
              Duration.ZERO,
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              1,
              1,
              OptionalInt.empty()),
          new Timeouts(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO),
          new TcpOptions(Duration.ZERO, Duration.ZERO, 1, Duration.ZERO),
          1,
          0,
          OnDown.KEEP_SESSIONS,
          OnUp.KEEP_BACKUP_SESSIONS,
          AllDown.FAIL_OPEN,
          Preamble.NONE,
          new Entry(List.of(), 0, Optional.empty()),
          Optional.empty());

  /** Who may come, and who waits; how long follows from the rest where it is not said. */
  record Entry(List<NetworkPrefix> clients, int most, Optional<Duration> timeout) {
    Entry {
      clients = List.copyOf(clients);
    }

    Admission admission(Timeouts timeouts) {
      return new Admission(
          clients, new QueuePolicy(most, timeout.orElseGet(() -> derivedTimeout(timeouts))));
    }

    /** As HAProxy has it. */
    static Duration derivedTimeout(Timeouts timeouts) {
      return timeouts.connect();
    }
  }

  /**
   * A strategy with the keys that chose it, which a layer above may override one by one.
   *
   * @param strategy what they were parsed into
   * @param keys the type's own keys, those of the layers below included
   */
  record Chosen(Strategy strategy, ConfigObject keys) {
    static final Chosen NONE =
        new Chosen(new Strategy("", new NoSettings()), ConfigFactory.empty().root());

    /** One that nobody wrote down, so no layer above builds on its keys. */
    Chosen(Strategy strategy) {
      this(strategy, ConfigFactory.empty().root());
    }

    private record NoSettings() {}
  }

  /** How endpoints are probed; what is not said follows from the rest. */
  record Probing(
      Chosen check,
      Duration interval,
      Optional<Duration> fastInterval,
      Optional<Duration> downInterval,
      Optional<Duration> timeout,
      int rise,
      int fall,
      OptionalInt port) {

    HealthPolicy policy(Timeouts timeouts) {
      return new HealthPolicy(
          check.strategy(),
          interval,
          fastInterval.orElseGet(() -> derivedFast(interval)),
          downInterval.orElseGet(() -> derivedDown(interval)),
          timeout.orElseGet(() -> derivedTimeout(interval, timeouts)),
          rise,
          fall,
          port);
    }

    static Duration derivedFast(Duration interval) {
      return shorter(interval, Duration.ofSeconds(1));
    }

    static Duration derivedDown(Duration interval) {
      return shorter(interval, Duration.ofSeconds(5));
    }

    static Duration derivedTimeout(Duration interval, Timeouts timeouts) {
      return shorter(interval, timeouts.connect());
    }

    private static Duration shorter(Duration a, Duration b) {
      return a.compareTo(b) <= 0 ? a : b;
    }
  }
}
