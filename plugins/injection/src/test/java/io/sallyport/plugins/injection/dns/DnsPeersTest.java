package io.sallyport.plugins.injection.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.plugins.injection.loopback.Namespaces;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The responder between programs that others wrote: dig and libc ask, dnsmasq and unbound know. */
class DnsPeersTest {
  @TempDir Path directory;
  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeEach
  void programs() {
    Peer.required("dig", "dnsmasq", "unbound", "getent");
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  @Test
  void digHearsOurNamesAndWhatDnsmasqKnows() throws Exception {
    int port = DnsBench.freePort();
    opened.add(
        Peer.start(
            directory.resolve("dnsmasq.log"),
            "dnsmasq",
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--no-resolv",
            "--no-hosts",
            "--pid-file=",
            "--user=root",
            "--bind-interfaces",
            "--listen-address=127.0.0.1",
            "--port=" + port,
            "--host-record=z1.private.example,10.1.0.4,fd00::4",
            "--txt-record=long.example," + "x".repeat(250) + "," + "y".repeat(250) + ",z",
            "--txt-record=longer.example,"
                + String.join(",", java.util.Collections.nCopies(30, "t".repeat(200)))));
    InetAddress here = InetAddress.ofLiteral("127.0.0.1");
    DnsBench bench =
        new DnsBench(DnsBench.settings(List.of(new InetSocketAddress(here, port))), directory);
    opened.add(bench);
    bench.publish(DnsBench.ICR);
    await()
        .untilAsserted(
            () -> assertThat(dig(bench, "+short", "z1.private.example")).isEqualTo("10.1.0.4\n"));

    assertThat(dig(bench, "icr.io"))
        .contains(
            "status: NOERROR",
            "flags: qr aa rd ra",
            "icr.io.\t\t\t30\tIN\tA\t172.20.0.7",
            "udp: 1232")
        .doesNotContain("WARNING", "malformed");
    assertThat(dig(bench, "icr.io", "AAAA"))
        .contains("status: NOERROR", "ANSWER: 0, AUTHORITY: 1")
        .contains("SOA\tlocalhost. nobody.invalid. 1 3600 1200 86400 30");
    assertThat(dig(bench, "-x", "172.20.0.7")).contains("PTR\ticr.io.");
    assertThat(dig(bench, "+tcp", "+short", "cp.icr.io")).isEqualTo("172.20.0.7\n");
    assertThat(dig(bench, "+short", "z1.private.example", "AAAA")).isEqualTo("fd00::4\n");
    assertThat(dig(bench, "CH", "TXT", "version.bind")).contains("status: REFUSED");
    assertThat(dig(bench, "icr.io", "AXFR")).contains("Transfer failed");
    assertThat(dig(bench, "+edns=1", "+noednsnegotiation", "icr.io")).contains("status: BADVERS");
    assertThat(dig(bench, "+opcode=NOTIFY", "icr.io")).contains("status: NOTIMP");
    // Too long for plain UDP, fine with EDNS; too long for that, fine over TCP. Dig turns by
    // itself.
    assertThat(dig(bench, "+noedns", "+ignore", "long.example", "TXT"))
        .contains("flags: qr aa tc rd ra");
    assertThat(dig(bench, "+bufsize=1232", "+ignore", "long.example", "TXT"))
        .contains("ANSWER: 1")
        .doesNotContain(" tc ");
    assertThat(dig(bench, "longer.example", "TXT"))
        .contains("Truncated, retrying in TCP mode", "ANSWER: 1")
        .contains("(TCP)");
  }

  @Test
  void digHearsThroughUsWhatUnboundValidatesOrRefuses() throws Exception {
    int port = DnsBench.freePort();
    Path configuration = directory.resolve("unbound.conf");
    Files.writeString(
        configuration,
        """
        server:
          directory: "%1$s"
          username: ""
          chroot: ""
          pidfile: ""
          use-syslog: no
          interface: 127.0.0.1@%2$d
          do-daemonize: no
          local-zone: "private.example." static
          local-data: "z1.private.example. 60 IN A 10.1.0.4"
          local-zone: "refused.example." always_refuse
        """
            .formatted(directory, port));
    opened.add(
        Peer.start(
            directory.resolve("unbound.log"), "unbound", "-d", "-c", configuration.toString()));
    InetAddress here = InetAddress.ofLiteral("127.0.0.1");
    DnsBench bench =
        new DnsBench(DnsBench.settings(List.of(new InetSocketAddress(here, port))), directory);
    opened.add(bench);
    bench.publish(DnsBench.ICR);
    await()
        .untilAsserted(
            () -> assertThat(dig(bench, "+short", "z1.private.example")).isEqualTo("10.1.0.4\n"));
    assertThat(dig(bench, "z2.private.example")).contains("status: NXDOMAIN");
    assertThat(dig(bench, "refused.example")).contains("status: REFUSED");
    // 0x20: the asker's spelling travels there and back.
    assertThat(dig(bench, "Z1.prIVate.example"))
        .contains(";Z1.prIVate.example.")
        .contains("10.1.0.4");
  }

  @Test
  void libcOfANodeThatKnowsNothingElseResolvesThroughUs() throws Exception {
    Namespaces.required();
    Files.writeString(directory.resolve("resolv.conf"), "nameserver 127.0.0.153\n");
    Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n");
    String output =
        Namespaces.scenario(
            DnsScenario.class,
            "mount --make-rprivate / && mount --bind %1$s/resolv.conf /etc/resolv.conf && mount --bind %1$s/hosts /etc/hosts"
                .formatted(directory),
            directory.toString());
    assertThat(output)
        .contains(
            """
            icr.io: 172.20.0.7      icr.io
            six.example: fd00::7         six.example
            172.20.0.7: 172.20.0.7      icr.io
            z1.private.example: 10.1.0.4        z1.private.example
            unknown.example:\s
            from another host: ;; no servers could be reached
            over TCP: ;; communications error
            """);
  }

  private static String dig(DnsBench bench, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "dig", "@127.0.0.153", "-p", "" + bench.settings.port(), "+tries=1", "+time=5"));
    command.addAll(Arrays.asList(arguments));
    return Peer.run(command.toArray(String[]::new));
  }
}
