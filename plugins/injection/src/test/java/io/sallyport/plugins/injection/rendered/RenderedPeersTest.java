package io.sallyport.plugins.injection.rendered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.api.injection.HostBinding;
import io.sallyport.plugins.injection.dns.Peer;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs themselves read what was written for them, and notice when they are told. */
class RenderedPeersTest {
  private static final HostBinding MOVED =
      RenderedBench.binding("icr", "172.20.0.8", "icr.io", "cp.icr.io");

  @TempDir Path directory;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private RenderedBench bench;
  private int port;

  @BeforeEach
  void open() throws IOException {
    bench = new RenderedBench(directory);
    Files.createDirectories(bench.file.getParent());
    InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    try (DatagramSocket probe = new DatagramSocket(any)) {
      port = probe.getLocalPort();
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  @Test
  void dnsmasqAnswersOurNamesAndForgetsThemOnHangup() throws Exception {
    Peer.required("dig", "dnsmasq");
    Peer dnsmasq =
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
            "--addn-hosts=" + bench.file,
            "--host-record=sub.icr.io,10.1.0.4");
    opened.add(dnsmasq);
    await().untilAsserted(() -> assertThat(dig("+short", "sub.icr.io")).isEqualTo("10.1.0.4\n"));
    RenderedInjector injector =
        bench.injector(
            new HostsFormat(bench.file),
            bench.settings(bench.file, "kill", "-HUP", "" + dnsmasq.pid()));
    assertThat(injector.reconcile(Set.of(RenderedBench.ICR, RenderedBench.SIX)).note()).isEmpty();
    await().untilAsserted(() -> assertThat(dig("+short", "cp.icr.io")).isEqualTo("172.20.0.7\n"));
    assertThat(dig("+short", "six.example", "AAAA")).isEqualTo("fd00::7\n");
    assertThat(dig("+short", "-x", "172.20.0.7")).isEqualTo("icr.io.\n");
    assertThat(dig("+short", "sub.icr.io")).isEqualTo("10.1.0.4\n");
    injector.reconcile(Set.of(MOVED));
    await().untilAsserted(() -> assertThat(dig("+short", "icr.io")).isEqualTo("172.20.0.8\n"));
    injector.reconcile(Set.of());
    await().untilAsserted(() -> assertThat(dig("icr.io")).contains("status: REFUSED"));
    assertThat(dnsmasq.alive()).isTrue();
  }

  @Test
  void unboundAnswersOurNamesAndForgetsThemOnReload() throws Exception {
    Peer.required("dig", "unbound", "unbound-control", "unbound-checkconf");
    Path included = Files.createDirectories(directory.resolve("unbound.conf.d"));
    Path file = included.resolve("sallyport.conf");
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
          local-zone: "sub.icr.io." static
          local-data: "sub.icr.io. 60 IN A 10.1.0.4"
        remote-control:
          control-enable: yes
          control-interface: %1$s/control
          control-use-cert: no
        include: "%1$s/unbound.conf.d/*.conf"
        """
            .formatted(directory, port));
    opened.add(
        Peer.start(
            directory.resolve("unbound.log"), "unbound", "-d", "-c", configuration.toString()));
    await().untilAsserted(() -> assertThat(dig("+short", "sub.icr.io")).isEqualTo("10.1.0.4\n"));
    RenderedInjector injector =
        bench.injector(
            new UnboundFormat(file, Duration.ofSeconds(30)),
            bench.settings(file, "unbound-control", "-c", configuration.toString(), "reload"));
    assertThat(injector.reconcile(Set.of(RenderedBench.ICR, RenderedBench.SIX)).note()).isEmpty();
    assertThat(Peer.run("unbound-checkconf", configuration.toString())).contains("no errors");
    await().untilAsserted(() -> assertThat(dig("+short", "cp.icr.io")).isEqualTo("172.20.0.7\n"));
    assertThat(dig("icr.io")).contains("icr.io.\t\t\t30\tIN\tA\t172.20.0.7");
    assertThat(dig("icr.io", "AAAA")).contains("status: NOERROR", "ANSWER: 0");
    assertThat(dig("+short", "six.example", "AAAA")).isEqualTo("fd00::7\n");
    assertThat(dig("+short", "-x", "172.20.0.7")).isEqualTo("icr.io.\n");
    assertThat(dig("+short", "-x", "fd00::7")).isEqualTo("six.example.\n");
    assertThat(dig("+short", "sub.icr.io")).isEqualTo("10.1.0.4\n");
    injector.reconcile(Set.of(MOVED));
    await().untilAsserted(() -> assertThat(dig("+short", "icr.io")).isEqualTo("172.20.0.8\n"));
    injector.reconcile(Set.of());
    assertThat(included).isEmptyDirectory();
    await().untilAsserted(() -> assertThat(dig("+short", "icr.io")).doesNotContain("172.20.0"));
  }

  private String dig(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("dig", "@127.0.0.1", "-p", "" + port, "+tries=1", "+time=2"));
    command.addAll(Arrays.asList(arguments));
    return Peer.run(command.toArray(String[]::new));
  }
}
