package io.sallyport.distribution.node;

import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.plugin.StrategyFactory;
import io.sallyport.engine.Strategies;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The strategies that the installed plugins supply, by their types.
 *
 * @since 0.1
 */
public final class InstalledPlugins {
  private final List<String> faults = new ArrayList<>();

  private InstalledPlugins() {}

  /**
   * Finds them all.
   *
   * @throws PluginException when two plugins supply the same type, or one cannot be loaded
   */
  public static Strategies load() {
    return of(
        ServiceLoader.load(BalancerFactory.class),
        ServiceLoader.load(HealthCheckFactory.class),
        ServiceLoader.load(HostInjectorFactory.class));
  }

  /** The same, from where the caller says. */
  @SuppressWarnings("rawtypes")
  static Strategies of(
      Iterable<BalancerFactory> balancers,
      Iterable<HealthCheckFactory> healthChecks,
      Iterable<HostInjectorFactory> hostInjectors) {
    InstalledPlugins plugins = new InstalledPlugins();
    Map<String, BalancerFactory<?>> byBalancer = new LinkedHashMap<>();
    for (BalancerFactory<?> factory : plugins.all("balancer", balancers)) {
      plugins.add("balancer", byBalancer, factory);
    }
    Map<String, HealthCheckFactory<?>> byCheck = new LinkedHashMap<>();
    for (HealthCheckFactory<?> factory : plugins.all("health check", healthChecks)) {
      plugins.add("health check", byCheck, factory);
    }
    Map<String, HostInjectorFactory<?>> byInjector = new LinkedHashMap<>();
    for (HostInjectorFactory<?> factory : plugins.all("host injector", hostInjectors)) {
      plugins.add("host injector", byInjector, factory);
    }
    if (!plugins.faults.isEmpty()) {
      throw new PluginException(String.join("\n", plugins.faults));
    }
    return new Strategies(byBalancer, byCheck, byInjector);
  }

  /** Those that can be loaded; what is wrong with the others is remembered. */
  private <F> List<F> all(String kind, Iterable<F> factories) {
    List<F> all = new ArrayList<>();
    Iterator<F> each = factories.iterator();
    int tries = 0;
    while (tries < 1000) {
      tries++;
      try {
        if (!each.hasNext()) {
          break;
        }
        all.add(each.next());
      } catch (ServiceConfigurationError broken) {
        faults.add("a plugin's " + kind + " cannot be loaded: " + broken.getMessage());
      }
    }
    return all;
  }

  private <F extends StrategyFactory<?>> void add(String kind, Map<String, F> byType, F factory) {
    F other = byType.putIfAbsent(factory.type(), factory);
    if (other != null) {
      faults.add(
          "two plugins supply the "
              + kind
              + " \""
              + factory.type()
              + "\": "
              + place(other)
              + " and "
              + place(factory)
              + "; remove one of them");
    }
  }

  private static String place(Object factory) {
    Module module = factory.getClass().getModule();
    return factory.getClass().getName()
        + (module.isNamed() ? " of module " + module.getName() : "");
  }

  /** The installed plugins cannot be used together. */
  public static final class PluginException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PluginException(String message) {
      super(message);
    }
  }
}
