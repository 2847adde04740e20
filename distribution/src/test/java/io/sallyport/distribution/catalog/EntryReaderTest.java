package io.sallyport.distribution.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Admission;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.api.catalog.QueuePolicy;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.config.Problem;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EntryReaderTest {
  private final CatalogReader reader = TestStrategies.reader();

  @Test
  void everybodyMayComeAndWaitAsLongAsConnectingMayTakeUnlessSomethingElseIsSaid() {
    ServicePort port =
        port(
            "services.a { address = 127.20.0.1, ports = [443], endpoints = [x],"
                + " timeouts.connect = 7s }");

    assertThat(port.admission())
        .isEqualTo(new Admission(List.of(), new QueuePolicy(1024, Duration.ofSeconds(7))));
    assertThat(port.endpoints().getFirst().source()).isEmpty();
  }

  @Test
  void nearestWordHoldsForEveryKey() {
    ServicePort port =
        port(
            """
            defaults {
              allow-clients = [10.0.0.0/8, "fd00::/16"]
              queue { max = 5, timeout = 2s }
              source-address = 10.9.9.9
            }
            services.a {
              address = 127.20.0.1
              queue.max = 6
              ports = [{ listen = 443, queue.timeout = 1s }]
              endpoints = [x, { host = y, source-address = 10.9.9.8 }, { host = "fd00::1", source-address = "" }]
            }
            """);

    assertThat(port.admission())
        .isEqualTo(
            new Admission(
                List.of(
                    NetworkPrefix.read("10.0.0.0/8").orElseThrow(),
                    NetworkPrefix.read("fd00::/16").orElseThrow()),
                new QueuePolicy(6, Duration.ofSeconds(1))));
    assertThat(port.endpoints())
        .extracting(Endpoint::source)
        .containsExactly(
            Optional.of(InetAddress.ofLiteral("10.9.9.9")),
            Optional.of(InetAddress.ofLiteral("10.9.9.8")),
            Optional.empty());
  }

  @Test
  void listAndAddressThatAreEmptyTakeBackWhatWasSaidBelow() {
    ServicePort port =
        port(
            """
            defaults { allow-clients = [10.0.0.0/8], source-address = 10.9.9.9 }
            services.a {
              address = 127.20.0.1, ports = [443], endpoints = [x]
              allow-clients = [], source-address = ""
            }
            """);

    assertThat(port.admission().clients()).isEmpty();
    assertThat(port.endpoints().getFirst().source()).isEmpty();
  }

  @Test
  void whatIsWrongIsToldWithWhatWouldBeRight() {
    assertThat(
            problems(
                """
                services.a {
                  address = 127.20.0.1
                  ports = [443]
                  endpoints = [x]
                  allow-clients = [10.1.0.0/8, office]
                  queue { max = -1, timeout = 1ms, length = 7 }
                  source-address = eth0
                }
                """))
        .anySatisfy(line ->
            assertThat(line)
                .contains(
                    "catalog.conf:5",
                    "allow-clients[0]",
                    "10.1.0.0/8",
                    "is neither a network nor an address",
                    "no bits behind its length"))
        .anySatisfy(line -> assertThat(line).contains("allow-clients[1]", "office"))
        .anySatisfy(line -> assertThat(line).contains("queue.max", "-1", "0 or more"))
        .anySatisfy(line -> assertThat(line).contains("queue.timeout", "1ms", "10ms"))
        .anySatisfy(line -> assertThat(line).contains("queue.length"))
        .anySatisfy(line ->
            assertThat(line)
                .contains(
                    "catalog.conf:7",
                    "source-address",
                    "eth0",
                    "is not an IPv4 or IPv6 address",
                    "leaves it to the kernel"));
  }

  @Test
  void sourceOfAnotherFamilyIsToldWhereItIsSaid() {
    assertThat(
            problems(
                """
                services.a {
                  address = 127.20.0.1
                  ports = [443]
                  endpoints = [10.0.0.1, "[fd00::1]"]
                  source-address = 10.9.9.9
                }
                """))
        .singleElement()
        .asString()
        .contains(
            "catalog.conf:5",
            "services.a.source-address",
            "10.9.9.9",
            "is an IPv4 address, and endpoint fd00::1 has an IPv6 one",
            "give that endpoint a source-address of its own family");
    assertThat(
            problems(
                """
                services.a {
                  address = 127.20.0.1
                  ports = [443]
                  endpoints = [
                    { host = 10.0.0.1, source-address = "fd00::9" }
                    { host = x, source-address = 224.0.0.1 }
                  ]
                }
                """))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .contains("catalog.conf:5", "services.a.endpoints[0].source-address"),
            line ->
                assertThat(line)
                    .contains(
                        "catalog.conf:6",
                        "services.a.endpoints[1].source-address",
                        "is a multicast address",
                        "use an address that the node has"));
  }

  private ServicePort port(String text) {
    return switch (reader.read("catalog.conf", text, new Revision(1, 1))) {
      case CatalogResult.Read read -> read.catalog().services().getFirst().ports().getFirst();
      case CatalogResult.Refused refused -> throw new AssertionError(refused.problems().toString());
    };
  }

  private List<String> problems(String text) {
    return switch (reader.read("catalog.conf", text, new Revision(1, 1))) {
      case CatalogResult.Read read -> List.of();
      case CatalogResult.Refused refused -> refused.problems().stream().map(Problem::text).toList();
    };
  }
}
