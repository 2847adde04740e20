package io.sallyport.testkit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.api.catalog.HostName;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckTarget;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.api.health.ProbeConnector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What every health check promises that asks over the network. A plugin's test inherits it, and
 * says what its endpoints answer.
 *
 * @since 0.1
 */
public abstract class HealthCheckContract extends FactoryContract<HealthCheckFactory<?>> {
  /** For the plugin's test. */
  protected HealthCheckContract() {}

  /** A configuration without problems; nothing, unless overridden. */
  protected Map<String, Object> settings() {
    return Map.of();
  }

  /** An endpoint that passes; made anew for each probe. */
  protected abstract FakeProbeConnector healthyEndpoint();

  /** An endpoint that accepts and does not pass; one that refuses, unless overridden. */
  protected FakeProbeConnector brokenEndpoint() {
    return FakeProbeConnector.refusing();
  }

  @Override
  final Map<String, Object> wellFormed() {
    return settings();
  }

  /** One probe of an endpoint, with {@link #settings()}. */
  protected final CheckResult probe(ProbeConnector endpoint) throws Exception {
    HealthCheck check = made(factory(), settings(), endpoint);
    return check.check(target()).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static CheckTarget target() {
    return new CheckTarget(
        "service",
        List.<HostName>of(),
        "endpoint",
        "192.0.2.7",
        new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 443),
        Duration.ofSeconds(2));
  }

  private static <S extends Record> HealthCheck made(
      HealthCheckFactory<S> factory, Map<String, Object> values, ProbeConnector endpoint) {
    return factory.create(
        parsed(factory, values),
        new HealthCheckContext(
            endpoint,
            Optional.empty(),
            new FakeTicker(),
            new FakeClock(Instant.parse("2026-01-01T00:00:00Z"))));
  }

  @Test
  void aHealthyEndpointPassesEachTime() throws Exception {
    for (int i = 0; i < 3; i++) {
      CheckResult found = probe(healthyEndpoint());
      assertTrue(found.status().passed(), found::toString);
    }
  }

  @Test
  void aBrokenEndpointDoesNotPass() throws Exception {
    CheckResult found = probe(brokenEndpoint());
    assertFalse(found.status().passed(), found::toString);
  }

  @Test
  void anEndpointThatRefusesDoesNotPass() throws Exception {
    CheckResult found = probe(FakeProbeConnector.refusing());
    assertFalse(found.status().passed(), found::toString);
  }

  @Test
  void oneCheckServesManyProbes() throws Exception {
    FakeProbeConnector endpoint = healthyEndpoint();
    HealthCheck check = made(factory(), settings(), endpoint);
    for (int i = 0; i < 3; i++) {
      CheckResult found = check.check(target()).toCompletableFuture().get(10, TimeUnit.SECONDS);
      assertNotNull(found);
      assertTrue(found.status().passed(), "probe " + (i + 1) + ": " + found);
    }
  }
}
