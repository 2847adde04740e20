package io.sallyport.distribution.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sallyport.api.catalog.Admission;
import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Ejection;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.LocalityPreference;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.QueuePolicy;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.Spreading;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.api.config.Problem;
import io.sallyport.api.plugin.Strategy;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogReaderTest {
  /** What nobody says of what is decided in front of the balancer. */
  private static final Spreading USUAL =
      Spreading.PLAIN.with(
          new Ejection(
              5, Duration.ofMinutes(1), Duration.ofSeconds(30), Duration.ofMinutes(5), 30));

  private static final Revision REVISION = new Revision(1, 7);

  private final CatalogReader reader = TestStrategies.reader();
  @TempDir private Path folder;

  @Test
  void factoryDefaultsFillInWhatAShortServiceDoesNotSay() {
    Catalog catalog =
        read(
            """
            services {
              icr {
                names = [icr.io, CP.icr.io.]
                address = 172.20.0.7
                ports = [443, { listen = 4443, target = 5443 }]
                endpoints = [z1-1.private.icr.io, "[fd00:0::1]"]
              }
            }
            """);

    assertThat(catalog.revision()).isEqualTo(REVISION);
    Service icr = catalog.services().getFirst();
    assertThat(icr.names()).containsExactly(new HostName("icr.io"), new HostName("cp.icr.io"));
    assertThat(icr.address()).isEqualTo(InetAddress.ofLiteral("172.20.0.7"));
    assertThat(icr.ports())
        .containsExactly(
            byDefault(443, endpoint("z1-1.private.icr.io", 443), endpoint("fd00::1", 443)),
            byDefault(4443, endpoint("z1-1.private.icr.io", 5443), endpoint("fd00::1", 5443)));
  }

  @Test
  void everyKeyMayBeSaidInDefaultsAndOverriddenByAServiceAndThenByAPort() {
    Catalog catalog =
        read(
            """
            defaults {
              balancer = ring
              health-check { interval = 10s, fast-interval = 3s, rise = 4 }
              timeouts { connect = 1s, idle = 0s }
              tcp { keepalive-probes = 5 }
              connect-attempts = 2
              on-down = close-sessions
              all-down = fail-closed
            }
            services.a {
              address = 127.20.0.1
              health-check { interval = 20s, port = 8080 }
              timeouts.idle = 5m
              on-up = close-backup-sessions
              max-sessions = 100
              ports = [
                1
                {
                  listen = 2
                  balancer { type = ring, slots = 8 }
                  health-check { fall = 9 }
                  timeouts { drain = 1s }
                  max-sessions = 5
                }
              ]
              endpoints = [10.0.0.1]
            }
            """);

    ServicePort first = catalog.services().getFirst().ports().get(0);
    ServicePort second = catalog.services().getFirst().ports().get(1);
    assertThat(first.balancer())
        .isEqualTo(new Strategy("ring", new TestStrategies.RingSettings(64, 1 << 20)));
    assertThat(first.health())
        .isEqualTo(
            new HealthPolicy(
                new Strategy("tcp", new TestStrategies.NoSettings()),
                Duration.ofSeconds(20),
                Duration.ofSeconds(3),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                4,
                3,
                OptionalInt.of(8080)));
    assertThat(first.timeouts())
        .isEqualTo(
            new Timeouts(
                Duration.ofSeconds(1),
                Duration.ofMillis(250),
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30)));
    assertThat(first.tcp().keepAliveProbes()).isEqualTo(5);
    assertThat(first.connectAttempts()).isEqualTo(2);
    assertThat(first.maxSessions()).isEqualTo(100);
    assertThat(first.onDown()).isEqualTo(OnDown.CLOSE_SESSIONS);
    assertThat(first.onUp()).isEqualTo(OnUp.CLOSE_BACKUP_SESSIONS);
    assertThat(first.allDown()).isEqualTo(AllDown.FAIL_CLOSED);

    assertThat(second.balancer())
        .isEqualTo(new Strategy("ring", new TestStrategies.RingSettings(8, 1 << 20)));
    assertThat(second.health().fall()).isEqualTo(9);
    assertThat(second.health().port()).hasValue(8080);
    assertThat(second.timeouts().drain()).isEqualTo(Duration.ofSeconds(1));
    assertThat(second.timeouts().idle()).isEqualTo(Duration.ofMinutes(5));
    assertThat(second.maxSessions()).isEqualTo(5);
  }

  @Test
  void aStrategysOwnKeysAreOverriddenOneByOneWhileTheTypeStays() {
    Catalog catalog =
        read(
            """
            defaults.health-check { type = http, path = /healthz, status = 204, interval = 9s }
            services {
              same { address = 127.1.0.1, ports = [1], endpoints = [10.0.0.1] }
              part {
                address = 127.1.0.2, ports = [1], endpoints = [10.0.0.1]
                health-check { path = /part }
              }
              other {
                address = 127.1.0.3, ports = [1], endpoints = [10.0.0.1]
                health-check = tcp
              }
            }
            """);

    assertThat(catalog.services())
        .extracting(service -> service.ports().getFirst().health().check())
        .containsExactly(http("/healthz"), http("/part"), tcp());
    assertThat(catalog.services())
        .extracting(service -> service.ports().getFirst().health().interval())
        .containsOnly(Duration.ofSeconds(9));
  }

  @Test
  void anEndpointSaysAllOfItself() {
    Catalog catalog =
        read(
            """
            services.a {
              address = "fd00::7"
              ports = [443]
              endpoints = [
                { host = z1.example, port = 8443, name = one, zone = z1, weight = 3, role = backup,
                  region = eu, max-sessions = 20, mode = drain, checked = false }
                "z2.example:1443"
                "[fd00::2]:2443"
                "z3.example:1"
                "z3.example:2"
              ]
            }
            """);

    assertThat(catalog.services().getFirst().ports().getFirst().endpoints())
        .containsExactly(
            new Endpoint(
                "one",
                "z1.example",
                8443,
                "eu",
                "z1",
                3,
                20,
                EndpointRole.BACKUP,
                EndpointMode.DRAIN,
                false),
            endpoint("z2.example", 1443),
            endpoint("fd00::2", 2443),
            named("z3.example:1", "z3.example", 1),
            named("z3.example:2", "z3.example", 2));
  }

  @Test
  void whatIsDecidedInFrontOfTheBalancerIsSaidLayerByLayer() {
    Catalog catalog =
        read(
            """
            defaults {
              locality { overprovisioning = 120 }, slow-start = 10s
              ejection { consecutive-failures = 3, base-time = 10s, max-percent = 50 }
            }
            services.a {
              address = 127.1.0.1
              endpoints = ["a.example"]
              panic-threshold = 50
              ejection.window = 2m
              ports = [
                1
                { listen = 2, locality { prefer = none }, slow-start = 0s, ejection.max-time = 20s }
              ]
            }
            services.b { address = 127.1.0.2, endpoints = ["a.example"], ports = [1] }
            """);

    assertThat(catalog.services())
        .flatExtracting(Service::ports)
        .extracting(ServicePort::spreading)
        .containsExactly(
            new Spreading(LocalityPreference.NEAREST, 120, 50, Duration.ofSeconds(10))
                .with(ejection(120, 300)),
            new Spreading(LocalityPreference.NONE, 120, 50, Duration.ZERO).with(ejection(120, 20)),
            new Spreading(LocalityPreference.NEAREST, 120, 0, Duration.ofSeconds(10))
                .with(ejection(60, 300)));
  }

  private static Ejection ejection(int window, int maxTime) {
    return new Ejection(
        3, Duration.ofSeconds(window), Duration.ofSeconds(10), Duration.ofSeconds(maxTime), 50);
  }

  @Test
  void whatNobodySaysInFrontOfTheBalancerIsPlainButForEjections() {
    Catalog catalog =
        read("services.a { address = 127.1.0.1, endpoints = [\"a.example\"], ports = [1] }");

    assertThat(catalog.services().getFirst().ports().getFirst().spreading()).isEqualTo(USUAL);
  }

  @Test
  void portsMayHaveEndpointsOfTheirOwn() {
    Catalog catalog =
        read(
            """
            services.a {
              address = 127.1.0.1
              endpoints = ["a.example:1000"]
              ports = [1, { listen = 2, endpoints = ["b.example", "c.example:7"] }]
            }
            """);

    assertThat(catalog.services().getFirst().ports())
        .containsExactly(
            byDefault(1, endpoint("a.example", 1000)),
            byDefault(2, endpoint("b.example", 2), endpoint("c.example", 7)));
  }

  @Test
  void substitutionsAndIncludesWork() throws Exception {
    write("more/one.conf", "one { address = 127.1.0.1, ports = [1], endpoints = [z1.example] }\n");
    Path main =
        write(
            "catalog.conf",
            """
            services {
              include "more/one"
              two = ${services.one} { address = 127.1.0.2, endpoints = ${services.one.endpoints} [z2.example] }
            }
            """);

    CatalogResult result = reader.read(main, REVISION);

    assertThat(result)
        .isInstanceOfSatisfying(
            CatalogResult.Read.class,
            read -> {
              assertThat(read.warnings()).isEmpty();
              assertThat(read.catalog().services())
                  .extracting(Service::id, service -> service.ports().getFirst())
                  .containsExactlyInAnyOrder(
                      tuple("one", byDefault(1, endpoint("z1.example", 1))),
                      tuple(
                          "two",
                          byDefault(1, endpoint("z1.example", 1), endpoint("z2.example", 1))));
            });
    assertThat(result.files()).containsExactly(main, folder.resolve("more/one.conf"));
  }

  private Path write(String name, String text) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Catalog read(String text) {
    CatalogResult result = reader.read("catalog.conf", text, REVISION);
    return switch (result) {
      case CatalogResult.Read read -> {
        assertThat(read.warnings()).isEmpty();
        yield read.catalog();
      }
      case CatalogResult.Refused refused ->
          throw new AssertionError(String.join("\n", lines(refused.problems())));
    };
  }

  private static List<String> lines(List<Problem> problems) {
    return problems.stream().map(Problem::text).toList();
  }

  private static Strategy http(String path) {
    return new Strategy(
        "http",
        new TestStrategies.HttpSettings(
            path,
            204,
            false,
            Duration.ZERO,
            TestStrategies.Method.GET,
            List.of(),
            Optional.empty()));
  }

  private static Strategy tcp() {
    return new Strategy("tcp", new TestStrategies.NoSettings());
  }

  private static Endpoint endpoint(String host, int port) {
    return named(host, host, port);
  }

  private static Endpoint named(String name, String host, int port) {
    return new Endpoint(name, host, port, "", 1, EndpointRole.PRIMARY, EndpointMode.ENABLED, true);
  }

  private static ServicePort byDefault(int listen, Endpoint... endpoints) {
    return new ServicePort(
            listen,
            List.of(endpoints),
            new Strategy("round-robin", new TestStrategies.NoSettings()),
            USUAL,
            new HealthPolicy(
                tcp(),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                2,
                3,
                OptionalInt.empty()),
            new Timeouts(
                Duration.ofSeconds(3),
                Duration.ofMillis(250),
                Duration.ofHours(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30)),
            new TcpOptions(
                Duration.ofSeconds(60), Duration.ofSeconds(10), 3, Duration.ofSeconds(30)),
            4,
            0,
            OnDown.KEEP_SESSIONS,
            OnUp.KEEP_BACKUP_SESSIONS,
            AllDown.FAIL_OPEN)
        .with(new Admission(List.of(), new QueuePolicy(1024, Duration.ofSeconds(3))));
  }
}
