package io.sallyport.distribution.catalog;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Strategies that parse, for tests of what only reads and writes their settings. */
public final class TestStrategies {
  private TestStrategies() {}

  /** Those balancers. */
  public static Map<String, BalancerFactory<?>> balancers() {
    return Map.of(
        "round-robin", new Plain("round-robin"), "ring", new Ring(), "broken", new Broken());
  }

  /** Those, and the ones that an import from HAProxy asks for. */
  public static Map<String, BalancerFactory<?>> balancersForImports() {
    Map<String, BalancerFactory<?>> all = new HashMap<>(balancers());
    for (String type : List.of("least-connections", "random-two-choices", "first")) {
      all.put(type, new Plain(type));
    }
    all.put("source-hash", new SourceHash());
    return all;
  }

  /** Those checks. */
  public static Map<String, HealthCheckFactory<?>> checks() {
    return Map.of("tcp", new Tcp(), "http", new Http());
  }

  /** A reader with all of them. */
  public static CatalogReader reader() {
    return new CatalogReader(balancers(), checks());
  }

  /** Nothing to set. */
  public record NoSettings() {}

  /** One of each kind. */
  public record HttpSettings(
      String path,
      int status,
      boolean tls,
      Duration warmUp,
      Method method,
      List<String> headers,
      Optional<String> hostName) {}

  /** A choice. */
  public enum Method {
    GET,
    HEAD_ONLY
  }

  /** A hash's. */
  public record HashSettings(OptionalInt loadFactor) {}

  /** A ring's. */
  public record RingSettings(int slots, long memory) {}

  private abstract static class TestBalancer<S extends Record> implements BalancerFactory<S> {
    @Override
    public Balancer create(S settings, BalancerContext context) {
      throw new UnsupportedOperationException("only parses");
    }
  }

  private abstract static class TestCheck<S extends Record> implements HealthCheckFactory<S> {
    @Override
    public HealthCheck create(S settings, HealthCheckContext context) {
      throw new UnsupportedOperationException("only parses");
    }
  }

  private static final class SourceHash extends TestBalancer<HashSettings> {
    @Override
    public String type() {
      return "source-hash";
    }

    @Override
    public Class<HashSettings> settingsType() {
      return HashSettings.class;
    }

    @Override
    public HashSettings parse(ConfigSection section) {
      int factor = section.integer("load-factor", 0, 0, 10_000);
      return new HashSettings(factor == 0 ? OptionalInt.empty() : OptionalInt.of(factor));
    }
  }

  private static final class Plain extends TestBalancer<NoSettings> {
    private final String type;

    Plain(String type) {
      this.type = type;
    }

    @Override
    public String type() {
      return type;
    }

    @Override
    public Class<NoSettings> settingsType() {
      return NoSettings.class;
    }

    @Override
    public NoSettings parse(ConfigSection section) {
      return new NoSettings();
    }
  }

  private static final class Ring extends TestBalancer<RingSettings> {
    @Override
    public String type() {
      return "ring";
    }

    @Override
    public Class<RingSettings> settingsType() {
      return RingSettings.class;
    }

    @Override
    public RingSettings parse(ConfigSection section) {
      return new RingSettings(
          section.integer("slots", 64, 1, 1024), section.bytes("memory", 1 << 20, 1, 1L << 40));
    }
  }

  private static final class Broken extends TestBalancer<NoSettings> {
    @Override
    public String type() {
      return "broken";
    }

    @Override
    public Class<NoSettings> settingsType() {
      return NoSettings.class;
    }

    @Override
    public NoSettings parse(ConfigSection section) {
      throw new IllegalStateException("a fault of the plugin");
    }
  }

  private static final class Tcp extends TestCheck<NoSettings> {
    @Override
    public String type() {
      return "tcp";
    }

    @Override
    public Class<NoSettings> settingsType() {
      return NoSettings.class;
    }

    @Override
    public NoSettings parse(ConfigSection section) {
      return new NoSettings();
    }
  }

  private static final class Http extends TestCheck<HttpSettings> {
    @Override
    public String type() {
      return "http";
    }

    @Override
    public Class<HttpSettings> settingsType() {
      return HttpSettings.class;
    }

    @Override
    public HttpSettings parse(ConfigSection section) {
      HttpSettings settings =
          new HttpSettings(
              section.text("path").orElse("/"),
              section.integer("status", 200, 100, 599),
              section.flag("tls", false),
              section.duration("warm-up", Duration.ZERO, Duration.ZERO, Duration.ofHours(1)),
              section.choice("method", Method.GET),
              section.texts("headers"),
              section.text("host-name"));
      section.finish();
      return settings;
    }
  }
}
