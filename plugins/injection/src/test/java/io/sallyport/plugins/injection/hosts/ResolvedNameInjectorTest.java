package io.sallyport.plugins.injection.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.api.catalog.HostName;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import io.sallyport.plugins.injection.dns.NameLookup;
import io.sallyport.plugins.injection.dns.Peer;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real dnsmasq plays the cluster's name server: it answers, changes its mind, denies, and dies.
 */
class ResolvedNameInjectorTest {
  private static final String REGISTRY = "image-registry.openshift-image-registry.svc";
  private static final String LINE =
      line("172.21.75.245", REGISTRY + " " + REGISTRY + ".cluster.local");

  @TempDir Path directory;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<String> drifts = java.util.Collections.synchronizedList(new ArrayList<>());
  private Bench bench;
  private int port;
  private Peer dnsmasq;

  @BeforeEach
  void open() throws IOException {
    Peer.required("dnsmasq");
    bench = new Bench(directory);
    bench.write(Bench.LOCALHOST);
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
  void theAnswerIsKeptAndFollowed() throws Exception {
    serve("172.21.75.245");
    ResolvedNameInjector injector = injector();
    assertThat(injector.reconcile(Set.of()).changes()).isZero();
    awaitDrift(REGISTRY + " leads to 172.21.75.245");
    InjectionReport report = injector.reconcile(Set.of(Bench.ICR));
    assertThat(report.changes()).isEqualTo(1);
    assertThat(report.note()).isEmpty();
    assertThat(report.outcomes()).containsEntry(Bench.ICR, new Outcome.InPlace());
    assertThat(bench.text()).isEqualTo(Bench.LOCALHOST + LINE + "\n");
    look();
    assertThat(injector.reconcile(Set.of(Bench.ICR)).changes()).isZero();

    serve("172.21.0.9,fd00::9");
    look();
    awaitDrift(REGISTRY + " leads to 172.21.0.9, fd00::9");
    assertThat(injector.reconcile(Set.of(Bench.ICR)).changes()).isEqualTo(3);
    String names = REGISTRY + " " + REGISTRY + ".cluster.local";
    assertThat(bench.text())
        .isEqualTo(
            Bench.LOCALHOST + line("172.21.0.9", names) + "\n" + line("fd00::9", names) + "\n");

    assertThat(injector.reconcile(Set.of()).changes()).isEqualTo(2);
    assertThat(bench.text()).isEqualTo(Bench.LOCALHOST);
  }

  @Test
  void anOutageDropsNoLineNotEvenAcrossARestart() throws Exception {
    serve("172.21.75.245");
    ResolvedNameInjector injector = injector();
    injector.reconcile(Set.of());
    awaitDrift(REGISTRY + " leads to 172.21.75.245");
    injector.reconcile(Set.of());
    dnsmasq.close();
    look();
    awaitDrift(REGISTRY + ": no name server has an answer");
    bench.now = bench.now.plus(Duration.ofDays(3));
    InjectionReport report = injector.reconcile(Set.of());
    String note =
        REGISTRY + ".cluster.local: no name server has an answer; its last good address stays";
    assertThat(report.note()).isEqualTo(note);
    assertThat(bench.text()).isEqualTo(Bench.LOCALHOST + LINE + "\n");
    injector.close();
    drifts.clear();

    ResolvedNameInjector successor = injector();
    assertThat(successor.preview(Set.of()))
        .containsExactly(
            "? " + REGISTRY + ".cluster.local would be asked for, and kept as " + REGISTRY);
    assertThat(successor.reconcile(Set.of()).changes()).isZero();
    awaitDrift(REGISTRY + ": no name server has an answer");
    assertThat(successor.reconcile(Set.of()).note()).isEqualTo(note);
    assertThat(bench.text()).isEqualTo(Bench.LOCALHOST + LINE + "\n");

    serve("172.21.75.245");
    look();
    awaitDrift(REGISTRY + " leads to 172.21.75.245");
    assertThat(successor.reconcile(Set.of()).note()).isEmpty();
  }

  @Test
  void onlyADenialThatLastsDropsTheLine() throws Exception {
    serve("172.21.75.245");
    ResolvedNameInjector injector = injector();
    injector.reconcile(Set.of());
    awaitDrift(REGISTRY + " leads to 172.21.75.245");
    injector.reconcile(Set.of());
    serve("");
    look();
    awaitDrift(REGISTRY + ": the name server knows no such name");
    bench.now = bench.now.plus(Duration.ofMinutes(14));
    look();
    InjectionReport report = injector.reconcile(Set.of());
    assertThat(report.note())
        .isEqualTo(
            REGISTRY
                + ".cluster.local: the name server knows no such name; its last good address"
                + " stays");
    assertThat(bench.text()).contains(LINE);
    bench.now = bench.now.plus(Duration.ofMinutes(2));
    look();
    awaitDrift(REGISTRY + " is forgotten");
    assertThat(injector.reconcile(Set.of()).note())
        .isEqualTo(REGISTRY + ".cluster.local: the name server knows no such name");
    assertThat(bench.text()).isEqualTo(Bench.LOCALHOST);
  }

  @Test
  void itAndTheCatalogsInjectorLeaveEachOthersLines() throws Exception {
    serve("172.21.75.245");
    // Somebody else keeps the same name, at the same address: no conflict.
    bench.write(Bench.LOCALHOST + "172.21.75.245 " + REGISTRY + " # openshift-generated\n");
    ResolvedNameInjector injector = injector();
    injector.reconcile(Set.of());
    awaitDrift(REGISTRY + " leads to 172.21.75.245");
    bench.reconcile(Bench.ICR);
    assertThat(injector.reconcile(Set.of(Bench.ICR)).note()).isEmpty();
    assertThat(bench.text()).contains(Bench.ICR_LINE + "\n", LINE + "\n");
    assertThat(bench.reconcile(Bench.ICR).changes()).isZero();
    bench.reconcile();
    assertThat(bench.text()).contains(LINE).doesNotContain(Bench.ICR_LINE);
    bench.reconcile(Bench.ICR);
    injector.reconcile(Set.of());
    assertThat(bench.text()).contains(Bench.ICR_LINE).doesNotContain(LINE);
    assertThat(bench.text()).contains("# openshift-generated\n");
  }

  @Test
  void aLineThatWasTakenOutIsPutBack() throws Exception {
    serve("172.21.75.245");
    ResolvedNameInjector injector = injector();
    injector.reconcile(Set.of());
    awaitDrift(REGISTRY + " leads to 172.21.75.245");
    injector.reconcile(Set.of());
    bench.write(Bench.LOCALHOST);
    look();
    awaitDrift(bench.hosts + " was rewritten in place by another writer");
    assertThat(injector.reconcile(Set.of()).note())
        .isEqualTo(
            bench.hosts
                + " was changed by another writer: 1 line of ours was put right (repair 1 within a"
                + " minute)");
    assertThat(bench.text()).contains(LINE);
  }

  @Test
  void settingsThatMakeNoSenseAreTold() {
    MapSection section =
        new MapSection(Map.of("names", "a..b", "servers", "dns.example", "domain", "-x"));
    ResolvedNameSettings.parse(section);
    assertThat(section.problems)
        .containsExactly(
            "names holds \"a..b\", which has an empty label between its dots; mend or remove it",
            "domain has a label that starts or ends with a hyphen; write one such as cluster.local,"
                + " or off",
            "servers holds \"dns.example\", which is no name server's address; write an address"
                + " such as 10.0.0.10, 10.0.0.10:53 or [fd00::10]:53",
            "names holds no name; write those that the node needs, such as"
                + " [\"image-registry.openshift-image-registry.svc\"]",
            "servers holds no name server; write the cluster's, such as [\"172.21.0.10\"] (oc get"
                + " service dns-default -n openshift-dns)");
  }

  /** From now on the name has these addresses; none: it does not exist. */
  private void serve(String addresses) throws Exception {
    if (dnsmasq != null) {
      dnsmasq.close();
    }
    List<String> command =
        new ArrayList<>(
            List.of(
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
                "--local=/cluster.local/"));
    if (!addresses.isEmpty()) {
      command.add("--host-record=" + REGISTRY + ".cluster.local," + addresses);
    }
    dnsmasq = Peer.start(directory.resolve("dnsmasq.log"), command.toArray(String[]::new));
    opened.add(dnsmasq);
    await().atMost(Duration.ofSeconds(30)).until(() -> dnsmasq.listens(port));
  }

  private ResolvedNameInjector injector() {
    InetSocketAddress server = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    ResolvedNameSettings settings =
        new ResolvedNameSettings(
            List.of(new HostName(REGISTRY)),
            Optional.of(new HostName("cluster.local")),
            List.of(server),
            bench.hosts,
            Duration.ofSeconds(60),
            Duration.ofSeconds(2),
            Duration.ofMinutes(15),
            Duration.ofSeconds(1),
            3);
    ResolvedNameInjector injector =
        new ResolvedNameInjector(
            settings,
            new HostInjectorContext(bench.state, () -> bench.now, drifts::add),
            () ->
                new NameLookup(
                    "lookup",
                    settings.servers(),
                    settings.timeout(),
                    new Random(8),
                    System::nanoTime),
            (interval, task) -> {
              bench.watches.add(task);
              return () -> bench.watches.remove(task);
            });
    opened.add(injector);
    return injector;
  }

  private void look() {
    bench.look();
  }

  private void awaitDrift(String what) {
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(drifts).contains(what));
    drifts.removeIf(what::equals);
  }

  private static String line(String address, String names) {
    return new OwnLine("resolved", address + " " + names, Owner.RESOLVED).text();
  }
}
