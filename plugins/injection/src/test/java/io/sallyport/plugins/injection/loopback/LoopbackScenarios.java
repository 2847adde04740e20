package io.sallyport.plugins.injection.loopback;

import static io.sallyport.plugins.injection.loopback.ScenarioNode.assertInPlace;
import static io.sallyport.plugins.injection.loopback.ScenarioNode.binding;
import static io.sallyport.plugins.injection.loopback.ScenarioNode.bindings;
import static io.sallyport.plugins.injection.loopback.ScenarioNode.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What {@link LoopbackNamespaceTest} plays, each in a JVM and a network namespace of its own. A
 * fresh namespace has nothing but {@code lo}, which is up: a JVM that starts while no address of
 * IPv6 exists has no IPv6 for the rest of its life.
 */
final class LoopbackScenarios {
  private final Path directory;
  private final ScenarioNode node;

  private LoopbackScenarios(Path directory) {
    this.directory = directory;
    this.node = new ScenarioNode(directory);
  }

  /** Plays the scenario named first, with the state directory named second. */
  public static void main(String[] arguments) throws Exception {
    LoopbackScenarios scenarios = new LoopbackScenarios(Path.of(arguments[1]));
    try {
      LoopbackScenarios.class.getDeclaredMethod(arguments[0]).invoke(scenarios);
    } catch (InvocationTargetException e) {
      e.getCause().printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }

  void ownsAndWithdrawsAddressesOfBothFamilies() throws IOException {
    LoopbackInjector injector = node.injector("lo");
    Set<HostBinding> desired =
        bindings("172.20.0.7", "fd00::7", "127.20.0.1", "::1", "::ffff:172.20.0.8");
    assertInPlace(injector.reconcile(desired), 3);
    assertThat(node.addresses("lo"))
        .containsExactly("172.20.0.7/32", "172.20.0.8/32", "fd00::7/128");
    assertThat(node.ip("-4", "addr", "show", "dev", "lo")).contains("172.20.0.7/32 scope host lo");
    for (HostBinding binding : desired) {
      assertServes(binding.address());
    }
    assertInPlace(injector.reconcile(desired), 0);
    assertInPlace(injector.reconcile(bindings("172.20.0.8")), 2);
    assertThat(node.addresses("lo")).containsExactly("172.20.0.8/32");
    assertInPlace(injector.reconcile(Set.of()), 1);
    assertThat(node.addresses("lo")).isEmpty();
    injector.close();
  }

  void whatWasThereBeforeIsUsedAndKept() {
    node.ip("addr", "add", "172.20.0.7/32", "dev", "lo");
    node.ip("addr", "add", "172.20.0.8/24", "dev", "lo");
    node.ip("addr", "add", "fd00::7/128", "dev", "lo");
    LoopbackInjector injector = node.injector("lo");
    assertInPlace(injector.reconcile(bindings("172.20.0.7", "172.20.0.8", "fd00::7")), 0);
    assertInPlace(injector.reconcile(bindings("172.20.0.9")), 1);
    assertInPlace(injector.reconcile(Set.of()), 1);
    assertThat(node.addresses("lo"))
        .containsExactly("172.20.0.7/32", "172.20.0.8/24", "fd00::7/128");
    injector.close();
  }

  void anAddressOfAnotherLinkIsRefused() {
    node.ip("link", "add", "other0", "type", "bridge");
    node.ip("addr", "add", "10.0.0.5/24", "dev", "other0");
    LoopbackInjector injector = node.injector("lo");
    InjectionReport report = injector.reconcile(bindings("10.0.0.5", "172.20.0.7"));
    assertThat(refusal(report, "10.0.0.5"))
        .isEqualTo(
            new Outcome.Refused(
                "10.0.0.5 is already an address of other0",
                "give the service another address, or remove that one:"
                    + " ip addr del 10.0.0.5/24 dev other0"));
    assertThat(report.outcomes().get(binding("172.20.0.7"))).isEqualTo(new Outcome.InPlace());
    assertThat(node.addresses("lo")).containsExactly("172.20.0.7/32");
    injector.close();
  }

  void aFlushIsNoticedAndRepaired() throws IOException {
    LoopbackInjector injector = node.injector("lo");
    Set<HostBinding> desired = bindings("172.20.0.7", "fd00::7", "127.20.0.1");
    assertInPlace(injector.reconcile(desired), 2);
    node.ip("addr", "flush", "dev", "lo");
    await().until(() -> !node.drift.isEmpty());
    assertThat(node.drift).containsExactly("127.20.0.1, 172.20.0.7, fd00::7 vanished from lo");
    // The flush took 127.0.0.1/8 as well, by which 127.20.0.1 was local.
    assertInPlace(injector.reconcile(desired), 3);
    assertThat(node.addresses("lo"))
        .containsExactly("127.20.0.1/32", "172.20.0.7/32", "fd00::7/128");
    for (HostBinding binding : desired) {
      assertServes(binding.address());
    }
    node.drift.clear();
    node.ip("addr", "del", "172.20.0.7/32", "dev", "lo");
    await().until(() -> !node.drift.isEmpty());
    assertThat(node.drift).containsExactly("172.20.0.7 vanished from lo");
    assertInPlace(injector.reconcile(desired), 1);
    assertInPlace(injector.reconcile(Set.of()), 3);
    assertThat(node.addresses("lo")).isEmpty();
    injector.close();
  }

  void ourOwnChangesAreNoDrift() {
    LoopbackInjector injector = node.injector("lo");
    for (int round = 0; round < 20; round++) {
      String[] some = addresses(round * 7, 50);
      assertThat(injector.reconcile(bindings(some)).outcomes().values())
          .containsOnly(new Outcome.InPlace());
    }
    injector.reconcile(Set.of());
    LoopbackInjector onLink = node.injector("sp0");
    for (int round = 0; round < 5; round++) {
      onLink.reconcile(bindings("172.20.0.7", "fd00::7"));
      onLink.reconcile(Set.of());
    }
    await()
        .during(Duration.ofMillis(400))
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(node.drift).isEmpty());
    injector.close();
    onLink.close();
  }

  void loopbackThatIsDownIsToldAndItsReturnNoticed() {
    node.ip("link", "set", "lo", "down");
    LoopbackInjector injector = node.injector("lo");
    InjectionReport report = injector.reconcile(bindings("127.20.0.1", "172.20.0.7"));
    assertThat(refusal(report, "127.20.0.1"))
        .isEqualTo(
            new Outcome.Refused(
                "127.20.0.1 cannot serve while the link lo is down", "ip link set lo up"));
    assertThat(refusal(report, "172.20.0.7").reason())
        .isEqualTo("172.20.0.7 cannot serve while the link lo is down");
    node.ip("link", "set", "lo", "up");
    await().until(() -> !node.drift.isEmpty());
    assertThat(node.drift).containsExactly("lo came up");
    Set<HostBinding> desired = bindings("127.20.0.1", "172.20.0.7", "fd00::7");
    assertInPlace(injector.reconcile(desired), 2);
    node.drift.clear();
    node.ip("link", "set", "lo", "down");
    await().until(() -> !node.drift.isEmpty());
    assertThat(node.drift.getFirst()).startsWith("lo went down");
    refusal(injector.reconcile(desired), "172.20.0.7");
    node.ip("link", "set", "lo", "up");
    // The kernel drops IPv6 addresses of a link that goes down, and keeps those of IPv4.
    assertInPlace(injector.reconcile(desired), 1);
    assertInPlace(injector.reconcile(Set.of()), 2);
    assertThat(node.addresses("lo")).isEmpty();
    injector.close();
  }

  void withoutPrivilegeTheRemedyIsTold() {
    List<String> command = new ArrayList<>(List.of("setpriv", "--inh-caps=-all"));
    command.add("--bounding-set=-net_admin");
    command.addAll(Namespaces.java(LoopbackScenarios.class, "unprivileged", directory.toString()));
    ScenarioNode.succeed(command);
  }

  /** The part of {@link #withoutPrivilegeTheRemedyIsTold} that has no CAP_NET_ADMIN. */
  void unprivileged() {
    String remedy =
        "run the agent as root or with the capability CAP_NET_ADMIN"
            + " (AmbientCapabilities=CAP_NET_ADMIN in its systemd unit, NET_ADMIN under"
            + " securityContext.capabilities.add in a pod), or use addresses in 127.0.0.0/8";
    LoopbackInjector injector = node.injector("lo");
    Set<HostBinding> desired = bindings("127.20.0.1", "172.20.0.7", "fd00::7");
    InjectionReport report = injector.reconcile(desired);
    assertThat(report.outcomes().get(binding("127.20.0.1"))).isEqualTo(new Outcome.InPlace());
    for (String address : List.of("172.20.0.7/32", "fd00::7/128")) {
      assertThat(refusal(report, address.substring(0, address.indexOf('/'))))
          .isEqualTo(
              new Outcome.Refused(
                  "cannot add " + address + " on lo: Operation not permitted (EPERM)", remedy));
    }
    assertThat(node.record().read()).isEqualTo(new OwnershipRecord.Recorded.Known(Ownership.NONE));
    assertThat(injector.preview(desired))
        .containsExactly("+ 172.20.0.7/32 on lo", "+ fd00::7/128 on lo");
    injector.close();
    LoopbackInjector onLink = node.injector("sp0");
    assertThat(refusal(onLink.reconcile(desired), "172.20.0.7"))
        .isEqualTo(
            new Outcome.Refused(
                "cannot make the link sp0: Operation not permitted (EPERM)", remedy));
    onLink.close();
  }

  void switchedOffIpv6IsTold() throws IOException {
    Files.writeString(Path.of("/proc/sys/net/ipv6/conf/lo/disable_ipv6"), "1");
    LoopbackInjector injector = node.injector("lo");
    InjectionReport report = injector.reconcile(bindings("172.20.0.7", "fd00::7"));
    assertThat(report.outcomes().get(binding("172.20.0.7"))).isEqualTo(new Outcome.InPlace());
    assertThat(refusal(report, "fd00::7").reason())
        .startsWith("cannot add fd00::7/128 on lo: Permission denied (EACCES)")
        .endsWith("IPv6 is disabled on this device");
    assertThat(refusal(report, "fd00::7").remedy())
        .isEqualTo(
            "IPv6 is switched off: sysctl -w net.ipv6.conf.lo.disable_ipv6=0 (and no"
                + " ipv6.disable=1 on the kernel's command line), or give the service an IPv4"
                + " address");
    injector.close();
  }

  void aRestartRecognisesItsAddresses() {
    node.ip("addr", "add", "172.20.0.9/32", "dev", "lo");
    LoopbackInjector before = node.injector("lo");
    assertInPlace(before.reconcile(bindings("172.20.0.7", "172.20.0.8", "172.20.0.9")), 2);
    before.close();
    LoopbackInjector after = node.injector("lo");
    assertInPlace(after.reconcile(bindings("172.20.0.8", "172.20.0.9")), 1);
    assertThat(node.addresses("lo")).containsExactly("172.20.0.8/32", "172.20.0.9/32");
    assertInPlace(after.reconcile(Set.of()), 1);
    assertThat(node.addresses("lo")).containsExactly("172.20.0.9/32");
    after.close();
  }

  void aKillBetweenRecordAndAdditionDisownsNobody() throws IOException {
    // The agent recorded both and was killed before it asked the kernel for either.
    Placement taken = new Placement("lo", InetAddress.ofLiteral("172.20.0.7"));
    Placement missing = new Placement("lo", InetAddress.ofLiteral("172.20.0.8"));
    node.record().write(new Ownership(Map.of(), Set.of(taken, missing)));
    // Then another one added the first by itself.
    node.ip("addr", "add", "172.20.0.7/32", "dev", "lo");
    LoopbackInjector injector = node.injector("lo");
    assertInPlace(injector.reconcile(bindings("172.20.0.7", "172.20.0.8")), 1);
    assertInPlace(injector.reconcile(Set.of()), 1);
    assertThat(node.addresses("lo")).containsExactly("172.20.0.7/32");
    injector.close();
  }

  void killsAtAnyMomentLeaveNothingBehind() throws Exception {
    node.ip("addr", "add", "172.21.0.3/32", "dev", "lo");
    Random random = new Random(20);
    for (int kill = 0; kill < 8; kill++) {
      Process agent =
          new ProcessBuilder(
                  Namespaces.java(LoopbackScenarios.class, "restless", directory.toString()))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader output = agent.inputReader()) {
        assertThat(output.readLine()).isEqualTo("at work");
        Thread.sleep(random.nextInt(60));
        agent.destroyForcibly().waitFor();
      }
      LoopbackInjector injector = node.injector(kill % 2 == 0 ? "lo" : "sp0");
      InjectionReport report = injector.reconcile(Set.of());
      assertThat(report.note()).isEmpty();
      assertThat(node.addresses("lo")).as("after kill " + kill).containsExactly("172.21.0.3/32");
      assertThat(node.hasLink("sp0")).isFalse();
      injector.close();
    }
  }

  /** An agent that adds and removes addresses on two links without end, until it is killed. */
  void restless() {
    LoopbackInjector onLo = node.injector("lo");
    LoopbackInjector onLink = node.injector("sp0");
    for (int round = 0; ; round++) {
      onLo.reconcile(bindings(addresses(round, 100)));
      onLink.reconcile(bindings(addresses(round + 50, 100)));
      onLink.reconcile(Set.of());
      if (round == 0) {
        System.out.println("at work");
      }
    }
  }

  void anUnwritableRecordRefusesAdditions() throws IOException {
    LoopbackInjector injector = node.injector("lo");
    Files.createDirectory(directory.resolve("loopback-addresses.new"));
    InjectionReport report = injector.reconcile(bindings("172.20.0.7", "127.20.0.1"));
    assertThat(report.outcomes().get(binding("127.20.0.1"))).isEqualTo(new Outcome.InPlace());
    assertThat(refusal(report, "172.20.0.7").reason())
        .startsWith(
            "does not add 172.20.0.7/32 on lo because "
                + directory.resolve("loopback-addresses")
                + ", which remembers what to remove, cannot be written: ");
    assertThat(refusal(report, "172.20.0.7").remedy())
        .isEqualTo("let the agent write to " + directory);
    assertThat(node.addresses("lo")).isEmpty();
    Files.delete(directory.resolve("loopback-addresses.new"));
    assertInPlace(injector.reconcile(bindings("172.20.0.7", "127.20.0.1")), 1);
    injector.close();
  }

  void aLinkOfItsOwnComesAndGoes() throws IOException {
    LoopbackInjector injector = node.injector("sp0");
    Set<HostBinding> desired = bindings("172.20.0.7", "fd00::7", "127.20.0.1");
    assertInPlace(injector.reconcile(desired), 2);
    assertThat(node.addresses("sp0")).containsExactly("172.20.0.7/32", "fd00::7/128");
    assertThat(node.addresses("lo")).isEmpty();
    for (HostBinding binding : desired) {
      assertServes(binding.address());
    }
    node.ip("link", "set", "sp0", "down");
    await().until(() -> !node.drift.isEmpty());
    assertThat(node.drift.getFirst()).startsWith("sp0 went down");
    assertThat(injector.reconcile(desired).outcomes().values()).containsOnly(new Outcome.InPlace());
    assertServes(InetAddress.ofLiteral("172.20.0.7"));
    injector.close();
    LoopbackInjector restarted = node.injector("sp0");
    assertInPlace(restarted.reconcile(desired), 0);
    node.drift.clear();
    node.ip("link", "del", "sp0");
    await().until(() -> !node.drift.isEmpty());
    assertThat(node.drift.getFirst())
        .isEqualTo("sp0 was removed; 172.20.0.7, fd00::7 vanished from sp0");
    assertInPlace(restarted.reconcile(desired), 2);
    assertInPlace(restarted.reconcile(bindings("127.20.0.1")), 2);
    assertThat(node.hasLink("sp0")).isFalse();
    restarted.close();
  }

  void aLinkOfAnotherOneIsLeftAlone() {
    node.ip("link", "add", "other0", "type", "bridge");
    LoopbackInjector injector = node.injector("other0");
    assertThat(refusal(injector.reconcile(bindings("172.20.0.7")), "172.20.0.7"))
        .isEqualTo(
            new Outcome.Refused(
                "172.20.0.7 belongs on other0, which is neither lo nor a dummy link: neighbours"
                    + " would see it there",
                "set link to lo, or to a name that no link has yet"));
    assertInPlace(injector.reconcile(Set.of()), 0);
    assertThat(node.hasLink("other0")).isTrue();
    injector.close();
    // On a link that we made, another one's address keeps the link.
    LoopbackInjector own = node.injector("sp0");
    assertInPlace(own.reconcile(bindings("172.20.0.7")), 1);
    node.ip("addr", "add", "192.168.9.9/24", "dev", "sp0");
    assertInPlace(own.reconcile(Set.of()), 1);
    assertThat(node.addresses("sp0")).containsExactly("192.168.9.9/24");
    node.ip("addr", "del", "192.168.9.9/24", "dev", "sp0");
    own.reconcile(Set.of());
    assertThat(node.hasLink("sp0")).isFalse();
    own.close();
  }

  void addressesMoveToAnotherLink() {
    Set<HostBinding> desired = bindings("172.20.0.7", "fd00::7");
    LoopbackInjector onLo = node.injector("lo");
    assertInPlace(onLo.reconcile(desired), 2);
    onLo.close();
    LoopbackInjector onLink = node.injector("sp0");
    assertInPlace(onLink.reconcile(desired), 4);
    assertThat(node.addresses("lo")).isEmpty();
    assertThat(node.addresses("sp0")).containsExactly("172.20.0.7/32", "fd00::7/128");
    onLink.close();
    LoopbackInjector back = node.injector("lo");
    assertInPlace(back.reconcile(desired), 4);
    assertThat(node.hasLink("sp0")).isFalse();
    assertThat(node.addresses("lo")).containsExactly("172.20.0.7/32", "fd00::7/128");
    back.close();
  }

  void answersLostInTheSocketAreAskedForAgain() {
    // So many answers at once do not fit the socket's buffer.
    try (Netlink netlink = new Netlink(((LibC.Access.Possible) LibC.load()).libc(), 2_000)) {
      int lo = netlink.link("lo").orElseThrow().index();
      List<byte[]> requests = new ArrayList<>();
      for (String address : addresses(0, 2_000)) {
        requests.add(netlink.requests().addAddress(InetAddress.ofLiteral(address), lo));
      }
      assertThat(netlink.ask(requests)).hasSize(2_000).contains(new Netlink.Answer.Lost());
      assertThat(netlink.addresses()).hasSizeGreaterThan(2_000);
    }
    node.ip("addr", "flush", "dev", "lo", "to", "172.16.0.0/12");
    LoopbackInjector injector = node.injector("lo", 2_000);
    InjectionReport report = injector.reconcile(bindings(addresses(0, 2_000)));
    assertThat(report.outcomes().values()).containsOnly(new Outcome.InPlace());
    assertThat(node.addresses("lo")).hasSize(2_000);
    assertThat(injector.reconcile(Set.of()).note()).isEmpty();
    assertThat(node.addresses("lo")).isEmpty();
    injector.close();
  }

  void closingLeavesNoThreadAndNoDescriptor() throws IOException {
    LoopbackInjector first = node.injector("lo");
    first.reconcile(bindings("172.20.0.7"));
    first.close();
    long before = descriptors();
    for (int i = 0; i < 50; i++) {
      LoopbackInjector injector = node.injector("lo");
      injector.reconcile(bindings("172.20.0.7", "172.20.0." + (i + 8)));
      injector.preview(Set.of());
      injector.close();
      injector.close();
    }
    assertThat(descriptors()).isEqualTo(before);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("sallyport-addresses");
    assertThat(node.addresses("lo")).as("closing keeps").hasSize(2);
  }

  void previewSaysWhatWouldBeDoneAndDoesNothing() {
    LoopbackInjector injector = node.injector("lo");
    assertInPlace(injector.reconcile(bindings("172.20.0.7", "172.20.0.8")), 2);
    Set<HostBinding> desired = bindings("172.20.0.8", "172.20.0.9", "127.0.0.9");
    assertThat(injector.preview(desired))
        .containsExactly("- 172.20.0.7/32 on lo", "+ 172.20.0.9/32 on lo");
    assertThat(node.addresses("lo")).containsExactly("172.20.0.7/32", "172.20.0.8/32");
    assertInPlace(injector.reconcile(desired), 2);
    assertThat(injector.preview(desired)).isEmpty();
    injector.close();
  }

  void tenThousandAddressesComeAndGo() {
    LoopbackInjector injector = node.injector("lo");
    Set<HostBinding> desired = new LinkedHashSet<>(bindings(addresses(0, 8_000)));
    for (int i = 1; i <= 2_000; i++) {
      desired.add(binding("fd00::" + Integer.toHexString(i)));
    }
    Timed added = timed(injector, desired);
    assertThat(added.report().changes()).isEqualTo(10_000);
    assertThat(Set.copyOf(added.report().outcomes().values()))
        .containsExactly(new Outcome.InPlace());
    assertThat(node.addresses("lo")).hasSize(10_000);
    Timed again = timed(injector, desired);
    assertThat(again.report().changes()).isZero();
    assertThat(node.drift).isEmpty();
    node.ip("addr", "flush", "dev", "lo", "scope", "host");
    await().until(() -> !node.drift.isEmpty());
    Timed repaired = timed(injector, desired);
    assertThat(Set.copyOf(repaired.report().outcomes().values()))
        .containsExactly(new Outcome.InPlace());
    assertThat(node.addresses("lo")).hasSize(10_000);
    Timed removed = timed(injector, Set.of());
    assertThat(removed.report().changes()).isEqualTo(10_000);
    assertThat(node.addresses("lo")).isEmpty();
    injector.close();
    System.out.printf(
        "10000 added in %d ms, looked at again in %d ms, %d flushed ones repaired in %d ms, removed"
            + " in %d ms%n",
        added.millis(),
        again.millis(),
        repaired.report().changes(),
        repaired.millis(),
        removed.millis());
  }

  private static Timed timed(LoopbackInjector injector, Set<HostBinding> desired) {
    long start = System.nanoTime();
    InjectionReport report = injector.reconcile(desired);
    return new Timed(report, (System.nanoTime() - start) / 1_000_000);
  }

  private record Timed(InjectionReport report, long millis) {}

  private static String[] addresses(int from, int count) {
    return Stream.iterate(from, n -> n + 1)
        .limit(count)
        .map(n -> "172.20." + n / 250 + "." + (n % 250 + 1))
        .toArray(String[]::new);
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  /** A connection to the address reaches a server that listens there. */
  private static void assertServes(InetAddress address) throws IOException {
    try (ServerSocket server = new ServerSocket()) {
      server.bind(new InetSocketAddress(address, 0));
      try (Socket client = new Socket()) {
        client.connect(server.getLocalSocketAddress(), 2_000);
        try (Socket accepted = server.accept()) {
          assertThat(accepted.getInetAddress()).isEqualTo(client.getLocalAddress());
        }
      }
    }
  }
}
