package io.sallyport.distribution.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.api.catalog.QueuePolicy;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.ShippedChecks;
import io.sallyport.distribution.catalog.TestStrategies;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues, source addresses, and rules on where clients come from. */
class EntryImportTest {
  private final HaproxyImporter importer =
      new HaproxyImporter(
          new CatalogReader(TestStrategies.balancers(), ShippedChecks.all()).defaults(),
          name -> Optional.empty());

  @Test
  void timeOfTheQueueIsItsOwnOrThatOfConnecting() {
    assertThat(port(listen("timeout queue 30s")).admission().queue())
        .isEqualTo(new QueuePolicy(1024, Duration.ofSeconds(30)));
    assertThat(port(listen("timeout queue 0")).admission().queue().timeout())
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(port(listen("")).admission().queue().timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(port(listen("maxconn 5000")).admission().queue().max()).isEqualTo(5000);
    assertThat(notes(listen("timeout queue 2d")))
        .contains("haproxy.cfg:7: changed: timeout queue 2d is out of bounds: 1h");
    assertThat(notes(listen("timeout queue soon")))
        .contains("haproxy.cfg:7: not carried over: timeout queue soon: is no time");
  }

  @Test
  void limitsOfServersAreToldWhereTheyWorkOtherwise() {
    String limited = listen("").replace("check", "check maxconn 10 maxqueue 7");
    assertThat(port(limited).endpoints().getFirst().maxSessions()).isEqualTo(10);
    assertThat(notes(limited))
        .contains(
            "haproxy.cfg:6: note: maxqueue 7: nobody waits for one endpoint while another has room")
        .noneMatch(line -> line.contains("changed"));
    assertThat(notes(limited + "    server b 10.0.0.2:1 check backup\n"))
        .contains(
            "haproxy.cfg:6: changed: maxconn 10 of the server: beyond it sessions go to other"
                + " endpoints, backups among them, and wait only where all are full");
  }

  @Test
  void sourceOfAServerGoesBeforeThatOfItsBackend() {
    ServicePort port =
        port(
            listen("source 10.9.9.9")
                + """
                    server b 10.0.0.2:1 source 10.9.9.8:0 check
                    server c 10.0.0.3:1 source 0.0.0.0
                    server d fd00::1:1 source fd00::9
                """);

    assertThat(port.endpoints())
        .extracting(Endpoint::source)
        .containsExactly(
            Optional.of(InetAddress.ofLiteral("10.9.9.9")),
            Optional.of(InetAddress.ofLiteral("10.9.9.8")),
            Optional.empty(),
            Optional.of(InetAddress.ofLiteral("fd00::9")));
    assertThat(port.endpoints().get(1).checked()).isTrue();
  }

  @Test
  void sourceThatSaysMoreThanAnAddressIsNotCarriedOver() {
    String text =
        listen("source 10.9.9.9 interface eth0")
            + """
                server b 10.0.0.2:1 source 0.0.0.0 usesrc clientip check
                server c 10.0.0.3:1 source 10.9.9.8:1024-2048
            """;

    assertThat(notes(text))
        .contains(
            "haproxy.cfg:7: not carried over: source 10.9.9.9 interface eth0",
            "haproxy.cfg:8: not carried over: source 0.0.0.0 usesrc clientip of the server",
            "haproxy.cfg:9: not carried over: source 10.9.9.8:1024-2048 of the server");
    assertThat(port(text).endpoints()).extracting(Endpoint::source).containsOnly(Optional.empty());
    assertThat(port(text).endpoints().get(1).checked()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp-request connection reject if !{ src 10.0.0.0/8 192.168.1.7 }",
        "tcp-request connection reject unless { src 10.0.0.0/8 } or { src 192.168.1.7 }",
        "tcp-request session reject if ! { src 10.0.0.0/8 } !{ src 192.168.1.7 }",
        "tcp-request connection accept if { src 10.1.2.3/255.0.0.0 192.168.1.7/32 };"
            + "tcp-request connection reject",
        "tcp-request connection accept if { src 10.0.0.0/8 };"
            + "tcp-request connection accept if { src 192.168.1.7 };"
            + "tcp-request connection reject",
        "acl ours src 10.9.9.9/8;acl ours src 192.168.1.7;"
            + "tcp-request connection reject if !ours",
        "acl ours src 10.0.0.0/8;acl mine src 192.168.1.7;"
            + "tcp-request connection reject unless ours || mine"
      })
  void rulesThatComeToAListOfNetworksAreCarriedOver(String rules) {
    String text = listen(rules.replace(";", "\n    "));
    ServicePort port = port(text);

    assertThat(port.admission().clients())
        .containsExactly(
            NetworkPrefix.read("10.0.0.0/8").orElseThrow(),
            NetworkPrefix.read("192.168.1.7").orElseThrow());
    assertThat(notes(text)).noneMatch(line -> line.contains("not carried"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp-request connection reject if { src 10.0.0.0/8 }",
        "tcp-request connection reject if !{ src 10.0.0.0/8 } or !{ src 192.168.1.7 }",
        "tcp-request connection reject if !{ src -f /etc/ours }",
        "tcp-request connection reject if !{ src office.example }",
        "tcp-request connection accept if { src 10.0.0.0/8 }",
        "tcp-request connection reject",
        "tcp-request connection reject unless nobody",
        "tcp-request connection track-sc0 src",
        "tcp-request content reject if !{ src 10.0.0.0/8 }"
      })
  void otherRulesAreToldAndNotCarriedOver(String rule) {
    assertThat(port(listen(rule)).admission().clients()).isEmpty();
    assertThat(notes(listen(rule)))
        .anySatisfy(
            line -> assertThat(line).startsWith("haproxy.cfg:7: not carried over: " + rule));
  }

  @Test
  void ruleThatCannotBeCarriedOverTakesTheOthersOfItsKindAndItsNamesWithIt() {
    String rules =
        """
        acl ours src 10.0.0.0/8
            tcp-request connection track-sc0 src
            tcp-request connection reject if !ours\
        """;

    assertThat(port(listen(rules)).admission().clients()).isEmpty();
    assertThat(notes(listen(rules)))
        .contains(
            "haproxy.cfg:7: not carried over: acl ours src 10.0.0.0/8",
            "haproxy.cfg:8: not carried over: tcp-request connection track-sc0 src: comes to no"
                + " list of networks that may connect",
            "haproxy.cfg:9: not carried over: tcp-request connection reject if !ours: comes to no"
                + " list of networks that may connect");
  }

  @Test
  void beforeAProxyHeaderTheRulesOfTheConnectionAreOnItsSender() {
    ServicePort port =
        port(
            listen(
                    """
                    tcp-request connection reject if !{ src 192.168.1.7 }
                        tcp-request session reject if !{ src 10.0.0.0/8 }\
                    """)
                .replace("bind 127.20.0.1:1", "bind 127.20.0.1:1 accept-proxy"));

    assertThat(port.preamble().accept().from())
        .containsExactly(NetworkPrefix.read("192.168.1.7").orElseThrow());
    assertThat(port.admission().clients())
        .containsExactly(NetworkPrefix.read("10.0.0.0/8").orElseThrow());
  }

  private static String listen(String more) {
    return """
    listen served
        bind 127.20.0.1:1
        balance roundrobin
        timeout connect 1s
        timeout client 1m
        server a 10.0.0.1:1 check
    """
        + "    "
        + more
        + "\n";
  }

  private ServicePort port(String text) {
    ImportResult result = importer.read("haproxy.cfg", text, "hosts", "");
    assertThat(result).as(notes(text).toString()).isInstanceOf(ImportResult.Imported.class);
    return ((ImportResult.Imported) result).catalog().services().getFirst().ports().getFirst();
  }

  private List<String> notes(String text) {
    return importer.read("haproxy.cfg", text, "hosts", "").notes().stream()
        .map(Note::line)
        .toList();
  }
}
