package io.sallyport.distribution.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.config.Problem;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.ShippedChecks;
import io.sallyport.distribution.catalog.TestStrategies;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HaproxyImporterTest {
  private static final String SERVED =
      """
      listen served
          bind 127.20.0.1:1
          balance roundrobin
          timeout connect 1s
          timeout client 1m
          server a 10.0.0.1:1 check
      """;

  private final HaproxyImporter importer =
      new HaproxyImporter(
          new CatalogReader(TestStrategies.balancers(), ShippedChecks.all()).defaults(),
          name -> Optional.empty());

  @Test
  void theStaticPodOfANodeIsOneServiceWithoutAnyWarning() throws Exception {
    ImportResult result =
        importer.read(resource("haproxy-static-pod.cfg"), Optional.of(resource("hosts")));

    assertThat(result).isInstanceOf(ImportResult.Imported.class);
    assertThat(result.notes()).noneMatch(Note::warning);
    List<Service> services = ((ImportResult.Imported) result).catalog().services();
    assertThat(services).hasSize(1);
    Service icr = services.getFirst();
    assertThat(icr.id()).isEqualTo("icr-io");
    assertThat(icr.names())
        .containsExactly(
            new HostName("registry.bluemix.net"),
            new HostName("icr.io"),
            new HostName("cp.icr.io"));
    assertThat(icr.address().getHostAddress()).isEqualTo("172.20.0.7");
    assertThat(icr.ports()).extracting(ServicePort::listen).containsExactly(443, 4443);
    for (ServicePort port : icr.ports()) {
      assertThat(port.endpoints())
          .containsExactly(
              zoned("z1", port.listen()), zoned("z2", port.listen()), zoned("z3", port.listen()));
      assertThat(port.health().interval()).isEqualTo(Duration.ofSeconds(60));
      assertThat(port.health().fastInterval()).isEqualTo(Duration.ofSeconds(1));
      assertThat(port.health().downInterval()).isEqualTo(Duration.ofSeconds(5));
      assertThat(port.health().rise()).isEqualTo(3);
      assertThat(port.health().fall()).isEqualTo(3);
      assertThat(port.balancer().type()).isEqualTo("round-robin");
      assertThat(port.onDown()).isEqualTo(OnDown.CLOSE_SESSIONS);
      assertThat(port.onUp()).isEqualTo(OnUp.CLOSE_BACKUP_SESSIONS);
    }
  }

  @Test
  void hostsLinesThatNoFrontendBindsAreTold() throws Exception {
    ImportResult result =
        importer.read(resource("haproxy-static-pod.cfg"), Optional.of(resource("hosts")));

    assertThat(lines(result))
        .contains(
            "hosts:14: note: 172.20.0.2 registry.ng.bluemix.net us.icr.io: no frontend that was"
                + " carried over binds this address",
            "hosts:22: note: 172.20.0.11 br.icr.io: no frontend that was carried over binds this"
                + " address")
        .noneMatch(line -> line.contains("registry.bluemix.net icr.io"));
  }

  @Test
  void namesAreTakenFromTheHostsFileAsFarAsTheyMayBePublished() {
    ImportResult result =
        read(
            SERVED,
            """
            127.20.0.1 LOCALHOST one.example two_.example bad!name # comment
            127.20.0.2 one.example
            127.20.0.1 three.example. one.example
            nonsense
            10.0.0.1
            """);

    assertThat(((ImportResult.Imported) result).catalog().services().getFirst().names())
        .extracting(HostName::text)
        .containsExactly("one.example", "two_.example", "three.example");
    assertThat(lines(result))
        .containsExactly(
            "hosts:1: note: localhost stays what it is",
            "hosts:1: note: \"bad!name\" is no host name and is left out",
            "hosts:2: note: 127.20.0.2 one.example: no frontend that was carried over binds this"
                + " address",
            "hosts:4: note: is no line of a hosts file",
            "hosts:5: note: is no line of a hosts file");
  }

  @Test
  void balancerThatIsNotInstalledIsToldAndReplaced() {
    ImportResult result = read(SERVED.replace("roundrobin", "leastconn"), "");

    assertThat(((ImportResult.Imported) result).catalog().services().getFirst().ports())
        .extracting(port -> port.balancer().type())
        .containsExactly("round-robin");
    assertThat(lines(result))
        .containsExactly(
            "haproxy.cfg:3: changed: balance leastconn: the balancer least-connections is not"
                + " installed, sessions spread by round-robin");
  }

  @Test
  void aServerThatTheNewNamesOrListenersWouldCaptureIsAProblemInItsLine() {
    ImportResult result =
        read(
            """
            listen one
                bind 127.20.0.1:443
                balance roundrobin
                timeout client 1m
                server a icr.io:443 check
                server b 127.20.0.2:443 check
            listen two
                bind 127.20.0.2:443
                balance roundrobin
                timeout client 1m
                server c 10.0.0.1:443 check
                server c 10.0.0.2:443 check
            """,
            "127.20.0.1 icr.io\n");

    assertThat(result).isInstanceOf(ImportResult.Refused.class);
    assertThat(((ImportResult.Refused) result).problems())
        .extracting(Problem::text)
        .containsExactly(
            "haproxy.cfg:5: services.icr-io.ports[0].endpoints[0].host = \"icr.io\": is a public"
                + " name of service icr-io, so the node would resolve it to itself and sessions"
                + " would go round in circles; use the endpoint's private name or its address",
            "haproxy.cfg:6: services.icr-io.ports[0].endpoints[1].host = \"127.20.0.2:443\": is the"
                + " listener of services.two.ports[0], so sessions would go round in circles; use"
                + " the endpoint's own address",
            "haproxy.cfg:12: services.two.ports[0].endpoints[1] = \"c\": has the same name as an"
                + " earlier endpoint of this port; remove one of them, or give each a name of its"
                + " own");
  }

  @Test
  void whatHaproxyWouldRefuseIsToldToo() {
    ImportResult result =
        read(
            """
            maxconn 5
            frontend nowhere from missing
                bind 127.20.0.3:1
                bind 127.20.0.3
                bind 127.20.0.3:70000
                bind 127.20.0.3:1-5000
                bind nonsense:1
                bind 224.0.0.1:1
                bind
                default_backend missing
            frontend unclosed
                bind "127.20.0.4:1
                default_backend pool
            backend pool
                server a 10.0.0.1:1 weight 300 inter soon rise 0 brand-new option
                server [b 10.0.0.1:1
                server c under!score:1
                server d
            """
                + SERVED,
            "");

    assertThat(lines(result))
        .containsExactly(
            "haproxy.cfg:1: not carried over: maxconn 5: stands in front of every section",
            "haproxy.cfg:2: not carried over: there is no section defaults missing above",
            "haproxy.cfg:2: not carried over: frontend nowhere: there is no backend missing that"
                + " could be carried over",
            "haproxy.cfg:4: not carried over: bind 127.20.0.3: has no port, or no range of at most"
                + " 1000 ports",
            "haproxy.cfg:5: not carried over: bind 127.20.0.3:70000: has no port, or no range of at"
                + " most 1000 ports",
            "haproxy.cfg:6: not carried over: bind 127.20.0.3:1-5000: has no port, or no range of"
                + " at most 1000 ports",
            "haproxy.cfg:7: not carried over: bind nonsense:1: is not an IPv4 or IPv6 address",
            "haproxy.cfg:8: not carried over: bind 224.0.0.1:1: the address is a multicast address",
            "haproxy.cfg:9: not carried over: bind without an address",
            "haproxy.cfg:11: not carried over: frontend unclosed: binds nothing",
            "haproxy.cfg:12: not carried over: a quote is not closed, so HAProxy would refuse this"
                + " line",
            "haproxy.cfg:14: not carried over: backend pool: no frontend that was carried over"
                + " leads to it");
  }

  @Test
  void badServersAreToldOptionByOption() {
    ImportResult result =
        read(
            """
            listen served
                bind 127.20.0.1:1
                balance roundrobin
                timeout client 1m
                server a 10.0.0.1:1 weight 300 inter soon rise 0 brand-new option on-marked-down no
                server [b 10.0.0.1:1
                server c under!score:1
                server d
                server e 10.0.0.5:70000
                server f 10.0.0.6:-5
            """,
            "");

    assertThat(((ImportResult.Imported) result).catalog().services().getFirst().ports())
        .singleElement()
        .satisfies(port -> assertThat(port.endpoints()).hasSize(1));
    assertThat(lines(result))
        .containsExactly(
            "haproxy.cfg:5: not carried over: weight 300 of the server",
            "haproxy.cfg:5: not carried over: inter soon of the server",
            "haproxy.cfg:5: not carried over: rise 0 of the server",
            "haproxy.cfg:5: not carried over: brand-new option of the server",
            "haproxy.cfg:5: not carried over: on-marked-down no of the server",
            "haproxy.cfg:6: not carried over: server [b 10.0.0.1:1: a name is bad",
            "haproxy.cfg:7: not carried over: server c under!score:1: \"under!score\" holds the"
                + " character '!'",
            "haproxy.cfg:8: not carried over: server d: only TCP addresses are reached",
            "haproxy.cfg:9: not carried over: server e: has no port behind 1",
            "haproxy.cfg:10: not carried over: server f: has no port behind 1");
  }

  @Test
  void aConfigurationWithoutTcpIsRefused(@TempDir Path folder) throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.cfg"), "");

    assertThat(problems(importer.read(empty, Optional.empty())))
        .containsExactly(
            empty
                + ": holds no frontend or listen in mode tcp that can be carried over; see the"
                + " notes, and check that it is an HAProxy configuration");
    assertThat(problems(importer.read(folder.resolve("none.cfg"), Optional.empty())))
        .containsExactly(folder + "/none.cfg: does not exist; check the path");
    assertThat(problems(importer.read(empty, Optional.of(folder))))
        .containsExactly(folder + ": is a directory, not a file; name the file in it");
  }

  @Test
  void bytesThatAreNoUtf8DoNotKeepAConfigurationFromBeingRead(@TempDir Path folder)
      throws Exception {
    byte[] latin = (SERVED + "# caf\u00e9\n").getBytes(StandardCharsets.ISO_8859_1);
    Path file = Files.write(folder.resolve("latin.cfg"), latin);

    assertThat(importer.read(file, Optional.empty())).isInstanceOf(ImportResult.Imported.class);
  }

  @Test
  void noLineOfAProxyIsLostSilently() {
    String unknown =
        SERVED.replace("balance", "some-day-there-will-be this\n    balance")
            + "    option whatever\n    timeout never 5s\n    http-check send meth GET\n";

    assertThat(lines(read(unknown, "")))
        .containsExactly(
            "haproxy.cfg:3: not carried over: some-day-there-will-be this",
            "haproxy.cfg:8: not carried over: option whatever",
            "haproxy.cfg:9: not carried over: timeout never 5s",
            "haproxy.cfg:10: not carried over: http-check send meth GET");
  }

  @Test
  void whatWouldNotFitIntoMemoryIsRefused() {
    String told =
        "haproxy.cfg: is longer than 200000 lines or 8 MiB; check that it is an HAProxy"
            + " configuration, and import it in parts if it is";
    assertThat(problems(read("a".repeat((8 << 20) + 1), ""))).containsExactly(told);
    assertThat(problems(read("a\n".repeat(200_001), ""))).containsExactly(told);
    assertThat(problems(read("a\n".repeat(200_000), ""))).doesNotContain(told);
  }

  @Property(tries = 1_000)
  void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);

    assertThatCode(() -> read(text, text)).doesNotThrowAnyException();
  }

  @Property(tries = 3_000)
  void anyHeapOfHaproxysOwnWordsIsReadOrRefused(@ForAll("words") String text) {
    assertThatCode(() -> read(text, text)).doesNotThrowAnyException();
  }

  @Provide
  Arbitrary<String> words() {
    Arbitrary<String> starts =
        Arbitraries.of(
            "global",
            "defaults",
            "defaults a",
            "frontend a",
            "backend b",
            "listen c",
            "peers d",
            "frontend e from a",
            "mode tcp",
            "mode http",
            "bind",
            "bind 127.20.0.1:1-3",
            "bind [::1]:5",
            "server x 10.0.0.1:1",
            "server",
            "server-template t",
            "default-server",
            "timeout client",
            "timeout tunnel",
            "option",
            "no",
            "tcp-check connect",
            "tcp-check send",
            "tcp-check expect",
            "http-check expect",
            "http-check send",
            "http-check connect",
            "option httpchk",
            "option tcp-check",
            "option smtpchk",
            "option external-check",
            "external-check command",
            "balance",
            "default_backend b",
            "use_backend b",
            "maxconn",
            "retries",
            ".if",
            ".endif",
            "disabled",
            "127.20.0.1 icr.io",
            "acl");
    Arbitrary<String> words =
        Arbitraries.of(
            "a",
            "b",
            "from",
            "tcp",
            "127.20.0.1:9",
            ":80",
            "fd00::1:443",
            "127.0.0.1:+5",
            "@",
            "[",
            "]",
            "check",
            "check-ssl",
            "verify",
            "none",
            "agent-check",
            "agent-port",
            "string",
            "rstring",
            "status",
            "200,300-399",
            "!",
            "ssl",
            "sni",
            "hdr",
            "comment",
            "min-recv",
            "weight",
            "0",
            "7",
            "port",
            "inter",
            "10s",
            "99999999999999999999",
            "redispatch",
            "if",
            "\"",
            "'",
            "\\",
            "\\x4",
            "$",
            "\"${A}\"",
            "${",
            "#",
            "backup",
            "ssl",
            ",",
            "icr.io",
            "\0",
            "\u00e9",
            "-");
    Arbitrary<String> lines =
        Combinators.combine(starts, words.list().ofMaxSize(5))
            .as((start, rest) -> start + " " + String.join(" ", rest));
    return lines.list().ofMaxSize(40).map(all -> String.join("\n", all));
  }

  private ImportResult read(String text, String hosts) {
    return importer.read("haproxy.cfg", text, "hosts", hosts);
  }

  private static Endpoint zoned(String zone, int port) {
    String host = zone + "-1.private.icr.io";
    return new Endpoint(
        host, host, port, zone, 1, EndpointRole.PRIMARY, EndpointMode.ENABLED, true);
  }

  private static List<String> lines(ImportResult result) {
    return result.notes().stream().map(note -> note.line().replaceFirst("^/.*/", "")).toList();
  }

  private static List<String> problems(ImportResult result) {
    assertThat(result).isInstanceOf(ImportResult.Refused.class);
    return ((ImportResult.Refused) result).problems().stream().map(Problem::text).toList();
  }

  private static Path resource(String name) throws Exception {
    return Path.of(
        Objects.requireNonNull(HaproxyImporterTest.class.getResource("/haproxy/" + name)).toURI());
  }
}
