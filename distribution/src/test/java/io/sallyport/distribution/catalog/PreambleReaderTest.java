package io.sallyport.distribution.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.AcceptProxy;
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Routing;
import io.sallyport.api.catalog.SendProxy;
import io.sallyport.api.config.Problem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreambleReaderTest {
  private final CatalogReader reader = TestStrategies.reader();

  @Test
  void nothingIsHeardAndNothingToldUnlessItIsSaid() {
    assertThat(preamble("services.a { address = 127.20.0.1, ports = [443], endpoints = [x] }"))
        .isEqualTo(Preamble.NONE);
  }

  @Test
  void nearestWordHoldsForEveryKey() {
    assertThat(
            preamble(
                """
                defaults {
                  accept-proxy { from = [10.0.0.0/8, 192.0.2.1, "fd00::/16"] }
                  preamble-timeout = 1s
                }
                services.a {
                  address = 127.20.0.1
                  names = [icr.io, cp.icr.io]
                  accept-proxy.others = plain
                  ports = [{ listen = 443, send-proxy = v2, route { by = sni, default = true } }]
                  endpoints = [x]
                }
                """))
        .isEqualTo(
            new Preamble(
                new AcceptProxy(
                    List.of(
                        NetworkPrefix.read("10.0.0.0/8").orElseThrow(),
                        NetworkPrefix.read("192.0.2.1/32").orElseThrow(),
                        NetworkPrefix.read("fd00::/16").orElseThrow()),
                    AcceptProxy.Others.PLAIN),
                SendProxy.V2,
                new Routing(Routing.By.SNI, List.of("icr.io", "cp.icr.io"), true),
                Duration.ofSeconds(1)));
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
                  accept-proxy { from = [10.1.0.0/8, all], elsewhere = plain }
                  route { by = sni, names = ["a.*.example"] }
                  send-proxy = v3
                }
                """))
        .anySatisfy(line ->
            assertThat(line)
                .contains(
                    "accept-proxy.from[0]",
                    "10.1.0.0/8",
                    "is neither a network nor an address",
                    "no bits behind its length"))
        .anySatisfy(line -> assertThat(line).contains("accept-proxy.from[1]", "all"))
        .anySatisfy(line -> assertThat(line).contains("accept-proxy.elsewhere"))
        .anySatisfy(line -> assertThat(line).contains("route.names[0]", "holds the character '*'"))
        .anySatisfy(line -> assertThat(line).contains("send-proxy", "v3"));
  }

  @Test
  void servicesThatShareAPortMustBeToldApart() {
    String shared =
        """
        services {
          a { address = 127.20.0.1, names = [a.example], ports = [443], endpoints = [x]
              route { by = sni, default = true } }
          b { address = 127.20.0.1, names = [b.example], ports = [443], endpoints = [x]
              route { by = sni %s } %s }
        }
        """;
    assertThat(problems(shared.formatted("", ""))).isEmpty();
    assertThat(problems(shared.formatted(", names = [A.example]", "")))
        .singleElement()
        .asString()
        .contains(
            "services.b.ports[0]",
            "a.example",
            "leads to services.a.ports[0] already, on 127.20.0.1:443");
    assertThat(problems(shared.formatted(", default = true", "")))
        .singleElement()
        .asString()
        .contains("is said of services.a.ports[0] already, on 127.20.0.1:443");
    assertThat(problems(shared.formatted("", ", accept-proxy.from = [10.0.0.0/8]")))
        .singleElement()
        .asString()
        .contains("differs from that of services.a.ports[0], with which it shares");
    assertThat(problems(shared.replace("by = sni %s", "by = none %s").formatted("", "")))
        .singleElement()
        .asString()
        .contains(
            "would listen on 127.20.0.1:443, which services.a.ports[0] already does",
            "let both say route { by = sni }");
  }

  @Test
  void serviceWithoutANameThatIsNotTheDefaultIsToldThatNobodyComes() {
    assertThat(
            problems(
                "services.a { address = 127.20.0.1, ports = [443], endpoints = [x], route.by = sni"
                    + " }"))
        .singleElement()
        .asString()
        .contains("leads nobody here", "default = true");
  }

  private Preamble preamble(String text) {
    return switch (reader.read("catalog.conf", text, new Revision(1, 1))) {
      case CatalogResult.Read read ->
          read.catalog().services().getFirst().ports().getFirst().preamble();
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
