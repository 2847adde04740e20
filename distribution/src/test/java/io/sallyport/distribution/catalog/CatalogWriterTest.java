package io.sallyport.distribution.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.AcceptProxy;
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
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.api.catalog.NodeSelector;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.QueuePolicy;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Routing;
import io.sallyport.api.catalog.SendProxy;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.Spreading;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.api.config.Problem;
import io.sallyport.api.plugin.Strategy;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CatalogWriterTest {
  private static final Revision REVISION = new Revision(2, 3);

  private final CatalogReader reader = TestStrategies.reader();
  private final CatalogWriter writer =
      new CatalogWriter(TestStrategies.balancers(), TestStrategies.checks());

  @Test
  void onlyWhatDiffersFromTheFactoryDefaultsIsWrittenAndInOnePlace() {
    String written =
        """
        # Two services.
        #
        # By hand.

        defaults {
          on-down = close-sessions
        }

        services {
          icr {
            names = [icr.io, cp.icr.io]
            address = 172.20.0.7
            ports = [443, { listen = 4443, max-sessions = 10 }]
            endpoints = [z1-1.private.icr.io, { host = z2-1.private.icr.io, zone = z2, role = backup }]
            health-check { type = http, path = "/v2/", status = 401, tls = true, warm-up = 0s, method = get, interval = 1m }
            timeouts { connect = 1s, drain = 2m }
          }
          "kube.api" {
            address = "fd00::1"
            ports = [
              {
                listen = 2040
                endpoints = ["10.0.0.1:6443", "[fd00::2]:7443"]
              }
              {
                listen = 2041
                target = 6443
                endpoints = [{ host = 10.0.0.2, name = other }]
              }
            ]
            balancer = { type = ring, slots = 8, memory = 1048576 }
          }
        }
        """;

    Catalog catalog = read(written);

    assertThat(writer.text(catalog, List.of("Two services.", "", "By hand."))).isEqualTo(written);
  }

  @Test
  void whoMayComeWhoWaitsAndFromWhereIsSaidInOnePlace() {
    String written =
        """
        defaults {
          allow-clients = ["10.0.0.0/8"]
          source-address = 10.9.9.9
        }

        services {
          a {
            address = 127.20.0.1
            ports = [443]
            endpoints = [z1.example]
            queue { max = 7, timeout = 2s }
          }
          b {
            address = 127.20.0.2
            ports = [443]
            endpoints = [z1.example]
            queue { max = 0 }
          }
        }
        """;

    assertThat(writer.text(read(written), List.of())).isEqualTo(written);
  }

  @Test
  void endpointsWithSourcesOfTheirOwnSaySoThemselves() {
    String written =
        """
        services {
          a {
            address = 127.20.0.1
            ports = [443]
            endpoints = [
              { host = z1.example, source-address = 10.9.9.9 }
              { host = 10.0.0.5, source-address = 10.9.9.8 }
              z2.example
            ]
          }
        }
        """;
    Catalog same =
        read(
            """
            services {
              a {
                address = 127.20.0.1
                ports = [443]
                endpoints = [z1.example, { host = 10.0.0.5, source-address = 10.9.9.8 }
                             { host = z2.example, source-address = "" }]
                source-address = 10.9.9.9
              }
            }
            """);

    assertThat(read(written)).isEqualTo(same);
    assertThat(writer.text(same, List.of()).replaceAll("\\s+", " "))
        .contains("{ host = z1.example, source-address = 10.9.9.9 }")
        .contains("{ host = 10.0.0.5, source-address = 10.9.9.8 }")
        .doesNotContain("source-address = \"\"");
    assertThat(read(writer.text(same, List.of()))).isEqualTo(same);
  }

  @Test
  void longListsTakeALineForEachItem() {
    String written =
        """
        services {
          a {
            address = 127.20.0.1
            ports = [443]
            endpoints = [
              z1-1.a-rather-long-name.private.example
              z2-1.a-rather-long-name.private.example
              z3-1.a-rather-long-name.private.example
            ]
          }
        }
        """;

    assertThat(writer.text(read(written), List.of())).isEqualTo(written);
  }

  @Property(tries = 1_500)
  void readingBackWhatWasWrittenYieldsTheSameCatalog(@ForAll long seed) {
    Catalog catalog = new Catalog(REVISION, services(new Random(seed)));

    String written = writer.text(catalog, List.of());

    assertThat(read(written)).as(written).isEqualTo(catalog);
  }

  private Catalog read(String text) {
    return switch (reader.read("catalog.conf", text, REVISION)) {
      case CatalogResult.Read(Catalog catalog, List<Problem> warnings, var files) -> {
        assertThat(warnings).isEmpty();
        yield catalog;
      }
      case CatalogResult.Refused(List<Problem> problems, var files) ->
          throw new AssertionError(
              text + "\n" + String.join("\n", problems.stream().map(Problem::text).toList()));
    };
  }

  private static List<Service> services(Random random) {
    List<Service> services = new ArrayList<>();
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      String id = one(random, "icr-" + i, "icr.io-" + i, "S_" + i, i + "", "true" + i);
      List<HostName> names = new ArrayList<>();
      for (int n = random.nextInt(4); n > 0; n--) {
        names.add(new HostName(one(random, "n", "x_y", "12.a") + n + ".s" + i + ".example"));
      }
      InetAddress address =
          InetAddress.ofLiteral(random.nextBoolean() ? "127.20.0." + i : "fd00::" + i);
      // A pool of a few values makes ports agree often.
      List<Timeouts> timeouts = List.of(timeouts(random), timeouts(random));
      List<HealthPolicy> health =
          List.of(health(random, timeouts.get(0)), health(random, timeouts.get(0)));
      List<List<Endpoint>> endpoints = List.of(endpoints(random, 443), endpoints(random, 443));
      Set<Integer> listens = new HashSet<>();
      for (int p = 1 + random.nextInt(4); p > 0; p--) {
        listens.add(1 + random.nextInt(65_535));
      }
      List<ServicePort> ports = new ArrayList<>();
      for (int listen : listens) {
        ports.add(
            new ServicePort(
                listen,
                at(random, one(random, endpoints.get(0), endpoints.get(1)), listen),
                balancer(random),
                new Spreading(
                    one(random, LocalityPreference.values()),
                    one(random, 140, 140, 100),
                    one(random, 0, 0, 50),
                    Duration.ofMillis(one(random, 0, 0, 30_000, 1_500)),
                    new Ejection(
                        one(random, 5, 5, 0, 3),
                        Duration.ofSeconds(one(random, 60, 10)),
                        Duration.ofSeconds(one(random, 30, 15)),
                        Duration.ofSeconds(one(random, 300, 30)),
                        one(random, 30, 50))),
                one(random, health.get(0), health.get(1)),
                one(random, timeouts.get(0), timeouts.get(1)),
                new TcpOptions(
                    Duration.ofSeconds(one(random, 60, 0, 90)),
                    Duration.ofSeconds(one(random, 10, 1)),
                    one(random, 3, 9),
                    Duration.ofMillis(one(random, 30_000, 0, 1_500))),
                one(random, 4, 1),
                one(random, 0, 0, 100),
                one(random, OnDown.values()),
                one(random, OnUp.values()),
                one(random, AllDown.values()),
                preamble(random, i + "-" + listen),
                admission(random)));
      }
      services.add(new Service(id, names, address, ports, nodes(random)));
    }
    return services;
  }

  private static NodeSelector nodes(Random random) {
    return random.nextBoolean()
        ? NodeSelector.ALL
        : new NodeSelector(
            words(random, "node-1", "node.2"),
            words(random, "eu", "1"),
            words(random, "z1", "true", "z/2"),
            random.nextBoolean()
                ? Map.of()
                : Map.of(
                    one(random, "role", "node.kubernetes.io/role", "null"), Set.of("worker", "x")));
  }

  private static Set<String> words(Random random, String... words) {
    Set<String> some = new HashSet<>();
    for (String word : words) {
      if (random.nextInt(3) == 0) {
        some.add(word);
      }
    }
    return some;
  }

  private static Preamble preamble(Random random, String part) {
    boolean shared = random.nextInt(4) == 0;
    return new Preamble(
        new AcceptProxy(
            one(random, List.of(), List.of(NetworkPrefix.read("10.0.0.0/8").orElseThrow())),
            one(random, AcceptProxy.Others.values())),
        one(random, SendProxy.values()),
        shared
            ? new Routing(Routing.By.SNI, List.of("s" + part, "*.s" + part), random.nextBoolean())
            : Routing.NONE,
        Duration.ofMillis(one(random, 5_000, 5_000, 250)));
  }

  private static Admission admission(Random random) {
    return new Admission(
        one(
            random,
            List.of(),
            List.of(),
            List.of(
                NetworkPrefix.read("10.0.0.0/8").orElseThrow(),
                NetworkPrefix.read("fd00::/16").orElseThrow())),
        new QueuePolicy(
            one(random, 1024, 1024, 0, 7), Duration.ofMillis(one(random, 3_000, 1_234, 500))));
  }

  private static Timeouts timeouts(Random random) {
    return new Timeouts(
        Duration.ofMillis(one(random, 3_000, 3_000, 1_234)),
        Duration.ofMillis(one(random, 250, 10)),
        Duration.ofSeconds(one(random, 3_600, 0, 86_400)),
        Duration.ofSeconds(one(random, 30, 5)),
        Duration.ofSeconds(one(random, 30, 61)));
  }

  private static HealthPolicy health(Random random, Timeouts timeouts) {
    Duration interval = Duration.ofMillis(one(random, 2_000, 500, 60_000));
    Duration connect = timeouts.connect();
    return new HealthPolicy(
        check(random),
        interval,
        one(random, Duration.ofSeconds(1), interval, Duration.ofMillis(77)),
        one(random, interval, Duration.ofSeconds(5)),
        one(random, interval, connect, Duration.ofSeconds(9)),
        one(random, 2, 3),
        one(random, 3, 1),
        one(random, OptionalInt.empty(), OptionalInt.of(8080)));
  }

  private static Strategy balancer(Random random) {
    return one(
        random,
        new Strategy("round-robin", new TestStrategies.NoSettings()),
        new Strategy("ring", new TestStrategies.RingSettings(64, 1 << 20)),
        new Strategy("ring", new TestStrategies.RingSettings(8, 12_345)));
  }

  private static Strategy check(Random random) {
    return one(
        random,
        new Strategy("tcp", new TestStrategies.NoSettings()),
        new Strategy(
            "http",
            new TestStrategies.HttpSettings(
                one(random, "/", "/a \"quoted\" path\\\n${x}", ""),
                one(random, 200, 404),
                random.nextBoolean(),
                Duration.ofMillis(one(random, 0, 1_500)),
                one(random, TestStrategies.Method.values()),
                one(random, List.of(), List.of("A: b", "null")),
                one(random, Optional.empty(), Optional.of("h.example")))));
  }

  private static List<Endpoint> endpoints(Random random, int port) {
    List<Endpoint> endpoints = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      String host =
          one(random, "z" + i + ".example", "10.0.0." + i, "fd00:1::" + (i + 1), "Z" + i + ".");
      endpoints.add(
          new Endpoint(
              one(random, host, host, "name-" + i),
              host,
              port,
              one(random, "", "", "eu", "null"),
              one(random, "", "", "z" + i, "true"),
              one(random, 1, 1, 256),
              one(random, 0, 0, 77),
              i == 0 ? EndpointRole.PRIMARY : one(random, EndpointRole.values()),
              one(random, EndpointMode.values()),
              one(random, true, true, false)));
    }
    return endpoints;
  }

  /** The same endpoints at the listener's port, at another, or each at its own. */
  private static List<Endpoint> at(Random random, List<Endpoint> endpoints, int listen) {
    int how = random.nextInt(3);
    int source = random.nextInt(4);
    List<Endpoint> there = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      int port = how == 0 ? listen : how == 1 ? 8443 : 1 + random.nextInt(65_535);
      Endpoint here =
          new Endpoint(
              endpoint.name(),
              endpoint.host(),
              port,
              endpoint.region(),
              endpoint.zone(),
              endpoint.weight(),
              endpoint.maxSessions(),
              endpoint.role(),
              endpoint.mode(),
              endpoint.checked());
      boolean from = source == 0 || (source == 1 && random.nextBoolean());
      there.add(from ? here.from(source(endpoint)) : here);
    }
    return there;
  }

  /** Of the family of its address. */
  private static InetAddress source(Endpoint endpoint) {
    return InetAddress.ofLiteral(endpoint.host().startsWith("fd00") ? "fd00:2::9" : "10.9.9.9");
  }

  @SafeVarargs
  private static <T> T one(Random random, T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
