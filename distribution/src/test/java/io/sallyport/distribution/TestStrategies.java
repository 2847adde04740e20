package io.sallyport.distribution;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Picker;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.api.health.ProbeOutcome;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.engine.Strategies;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Strategies of the types that reference.conf names, as simple as they can be. */
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

  public static Strategies all() {
    return new Strategies(balancers(), checks(), injectors());
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
      return candidates ->
          request -> {
            for (int i = 0; i < candidates.size(); i++) {
              if (request.admits(i)) {
                return i;
              }
            }
            return Picker.NONE;
          };
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
      return target ->
          context
              .connector()
              .connect(target.address(), target.timeout())
              .thenApply(outcome ->
                  CheckResult.of(
                      outcome instanceof ProbeOutcome.Connected
                          ? CheckStatus.LAYER4_PASSED
                          : CheckStatus.LAYER4_CONNECTION_PROBLEM,
                      outcome.duration(),
                      ""));
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
      return new InjectionReport(
          desired.stream()
              .collect(
                  Collectors.toMap(
                      Function.identity(), binding -> new InjectionReport.Outcome.InPlace())),
          0,
          "");
    }

    @Override
    public List<String> preview(Set<HostBinding> desired) {
      return desired.stream().map(binding -> "+ " + binding.service()).toList();
    }

    @Override
    public void close() {}
  }
}
