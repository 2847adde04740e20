package io.sallyport.distribution;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.api.injection.InjectionReport;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Strategies of the types that reference.conf names, for tests that only read configurations. */
public final class TestStrategies {
  private TestStrategies() {}

  public record Nothing() {}

  public record Hosts(String path) {}

  public static Map<String, BalancerFactory<?>> balancers() {
    return Map.of("round-robin", new RoundRobin());
  }

  public static Map<String, HealthCheckFactory<?>> checks() {
    return Map.of("tcp", new Tcp());
  }

  public static Map<String, HostInjectorFactory<?>> injectors() {
    return Map.of("loopback", new Loopback(), "hosts-file", new HostsFile());
  }

  public static final class RoundRobin implements BalancerFactory<Nothing> {
    @Override
    public String type() {
      return "round-robin";
    }

    @Override
    public Class<Nothing> settingsType() {
      return Nothing.class;
    }

    @Override
    public Nothing parse(ConfigSection section) {
      return new Nothing();
    }

    @Override
    public Balancer create(Nothing settings, BalancerContext context) {
      return candidates -> request -> 0;
    }
  }

  public static final class Tcp implements HealthCheckFactory<Nothing> {
    @Override
    public String type() {
      return "tcp";
    }

    @Override
    public Class<Nothing> settingsType() {
      return Nothing.class;
    }

    @Override
    public Nothing parse(ConfigSection section) {
      return new Nothing();
    }

    @Override
    public HealthCheck create(Nothing settings, HealthCheckContext context) {
      throw new UnsupportedOperationException("never asked for");
    }
  }

  public static final class Loopback implements HostInjectorFactory<Nothing> {
    @Override
    public String type() {
      return "loopback";
    }

    @Override
    public Class<Nothing> settingsType() {
      return Nothing.class;
    }

    @Override
    public Nothing parse(ConfigSection section) {
      return new Nothing();
    }

    @Override
    public InjectionPhase phase() {
      return InjectionPhase.ADDRESS;
    }

    @Override
    public HostInjector create(Nothing settings, HostInjectorContext context) {
      return new Idle();
    }
  }

  public static final class HostsFile implements HostInjectorFactory<Hosts> {
    @Override
    public String type() {
      return "hosts-file";
    }

    @Override
    public Class<Hosts> settingsType() {
      return Hosts.class;
    }

    @Override
    public Hosts parse(ConfigSection section) {
      return new Hosts(section.text("path").orElse("/etc/hosts"));
    }

    @Override
    public InjectionPhase phase() {
      return InjectionPhase.NAME;
    }

    @Override
    public HostInjector create(Hosts settings, HostInjectorContext context) {
      return new Idle();
    }
  }

  private static final class Idle implements HostInjector {
    @Override
    public InjectionReport reconcile(Set<HostBinding> desired) {
      return new InjectionReport(Map.of(), 0, "");
    }

    @Override
    public List<String> preview(Set<HostBinding> desired) {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
