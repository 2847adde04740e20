package io.sallyport.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.distribution.TestStrategies;
import io.sallyport.engine.Strategies;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Test;

@SuppressWarnings("rawtypes") // ServiceLoader knows no other way.
class InstalledPluginsTest {
  @Test
  void strategiesAreKnownByTheirTypes() {
    Strategies strategies =
        InstalledPlugins.of(
            List.of(new TestStrategies.RoundRobin()),
            List.of(new TestStrategies.Tcp()),
            List.of(new TestStrategies.Loopback(), new TestStrategies.HostsFile()));
    assertThat(strategies.balancers()).containsOnlyKeys("round-robin");
    assertThat(strategies.healthChecks()).containsOnlyKeys("tcp");
    assertThat(strategies.hostInjectors()).containsOnlyKeys("loopback", "hosts-file");
  }

  @Test
  void everyTypeThatTwoPluginsSupplyIsToldWithBoth() {
    String injector = "io.sallyport.distribution.TestStrategies$Loopback";
    String check = "io.sallyport.distribution.TestStrategies$Tcp";
    assertThatThrownBy(() ->
            InstalledPlugins.of(
                List.of(),
                List.of(new TestStrategies.Tcp(), new TestStrategies.Tcp()),
                List.of(new TestStrategies.Loopback(), new TestStrategies.Loopback())))
        .isInstanceOf(InstalledPlugins.PluginException.class)
        .hasMessage(
            "two plugins supply the health check \"tcp\": "
                + check
                + " and "
                + check
                + "; remove one of them\n"
                + "two plugins supply the host injector \"loopback\": "
                + injector
                + " and "
                + injector
                + "; remove one of them");
  }

  @Test
  void aPluginThatCannotBeLoadedIsTold() {
    Iterator<HealthCheckFactory> broken =
        new Iterator<>() {
          private int asked;

          @Override
          public boolean hasNext() {
            return asked == 0;
          }

          @Override
          public HealthCheckFactory next() {
            if (asked++ > 0) {
              throw new NoSuchElementException();
            }
            throw new ServiceConfigurationError("org.example.Check: no public constructor");
          }
        };
    assertThatThrownBy(() -> InstalledPlugins.of(List.of(), () -> broken, List.of()))
        .isInstanceOf(InstalledPlugins.PluginException.class)
        .hasMessage(
            "a plugin's health check cannot be loaded: org.example.Check: no public constructor");
  }
}
