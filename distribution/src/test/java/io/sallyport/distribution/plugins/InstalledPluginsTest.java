package io.sallyport.distribution.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.distribution.TestStrategies;
import io.sallyport.engine.Strategies;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@SuppressWarnings("rawtypes") // ServiceLoader knows no other way.
class InstalledPluginsTest {
  @Test
  void strategiesAreKnownByTheirTypes() {
    Strategies strategies =
        InstalledPlugins.of(
                Stream.of(made(BalancerFactory.class, new TestStrategies.RoundRobin())),
                Stream.of(made(HealthCheckFactory.class, new TestStrategies.Tcp())),
                Stream.of(
                    made(HostInjectorFactory.class, new TestStrategies.Loopback()),
                    made(HostInjectorFactory.class, new TestStrategies.HostsFile())))
            .strategies();
    assertThat(strategies.balancers()).containsOnlyKeys("round-robin");
    assertThat(strategies.healthChecks()).containsOnlyKeys("tcp");
    assertThat(strategies.hostInjectors()).containsOnlyKeys("loopback", "hosts-file");
  }

  @Test
  void everyTypeThatIsSuppliedTwiceIsTold() {
    assertThatThrownBy(() ->
            InstalledPlugins.of(
                Stream.of(),
                Stream.of(
                    made(HealthCheckFactory.class, new TestStrategies.Tcp()),
                    made(HealthCheckFactory.class, new TestStrategies.Tcp())),
                Stream.of(
                    made(HostInjectorFactory.class, new TestStrategies.Loopback()),
                    made(HostInjectorFactory.class, new TestStrategies.Loopback()))))
        .isInstanceOf(InstalledPlugins.PluginException.class)
        .hasMessage(
            "supplies the health check \"tcp\", which built in does already"
                + " (io.sallyport.distribution.TestStrategies$Tcp); remove one of them\n"
                + "supplies the host injector \"loopback\", which built in does already"
                + " (io.sallyport.distribution.TestStrategies$Loopback); remove one of them");
  }

  @Test
  void aPluginThatCannotBeLoadedIsTold() {
    ServiceLoader.Provider<HealthCheckFactory> broken =
        new ServiceLoader.Provider<>() {
          @Override
          public Class<HealthCheckFactory> type() {
            return HealthCheckFactory.class;
          }

          @Override
          public HealthCheckFactory get() {
            throw new ServiceConfigurationError("org.example.Check: no public constructor");
          }
        };
    assertThatThrownBy(() -> InstalledPlugins.of(Stream.of(), Stream.of(broken), Stream.of()))
        .isInstanceOf(InstalledPlugins.PluginException.class)
        .hasMessage(
            "has a health check that cannot be loaded: org.example.Check: no public constructor;"
                + " tell its author");
  }

  @Test
  void keysAreWhatAFactoryAsksFor() {
    InstalledPlugins plugins =
        InstalledPlugins.of(new Strategies(Map.of("asking", new Asking()), Map.of(), Map.of()));
    assertThat(plugins.faults()).isEmpty();
    assertThat(plugins.all())
        .containsExactly(
            new InstalledPlugin(
                "balancer",
                "asking",
                "built in",
                "",
                "",
                "ok",
                List.of(
                    new PluginKey("load", "whole number, 1 to 9", "3"),
                    new PluginKey("pause", "duration, 1ms to 1m", "250ms"),
                    new PluginKey("room", "size, 1KiB to 1MiB", "64KiB"),
                    new PluginKey("colour", "deep-red | blue", "blue"),
                    new PluginKey("inner", "object", ""),
                    new PluginKey("inner.name", "text, required", ""),
                    new PluginKey("steps", "list of objects", ""),
                    new PluginKey("steps[].send", "text", ""),
                    new PluginKey("maybe", "true or false", "true"))));
  }

  private static <F> ServiceLoader.Provider<F> made(Class<F> kind, F factory) {
    return new ServiceLoader.Provider<>() {
      @Override
      public Class<? extends F> type() {
        return factory.getClass().asSubclass(kind);
      }

      @Override
      public F get() {
        return factory;
      }
    };
  }

  record Settings() {}

  private enum Colour {
    DEEP_RED,
    BLUE
  }

  /** Asks for one of each kind. */
  private static final class Asking implements BalancerFactory<Settings> {
    @Override
    public String type() {
      return "asking";
    }

    @Override
    public Class<Settings> settingsType() {
      return Settings.class;
    }

    @Override
    public Settings parse(ConfigSection section) {
      section.integer("load", 3, 1, 9);
      section.duration(
          "pause", Duration.ofMillis(250), Duration.ofMillis(1), Duration.ofMinutes(1));
      section.bytes("room", 64 << 10, 1 << 10, 1 << 20);
      section.choice("colour", Colour.BLUE);
      section.section("inner").ifPresent(inner -> inner.requiredText("name", ""));
      section.sections("steps").forEach(step -> step.text("send"));
      if (!section.has("maybe")) {
        section.flag("maybe", true);
      }
      return new Settings();
    }

    @Override
    public Balancer create(Settings settings, BalancerContext context) {
      throw new IllegalStateException("nobody makes one here");
    }
  }
}
