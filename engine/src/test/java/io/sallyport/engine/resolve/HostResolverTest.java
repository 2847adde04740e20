package io.sallyport.engine.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.engine.DataPathSettings;
import io.sallyport.engine.TransportChoice;
import io.sallyport.engine.control.FakeControlLoop;
import io.sallyport.engine.event.EngineEvent;
import io.sallyport.engine.transport.Transport;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names are asked of a real name server, and time passes when a test says so. */
class HostResolverTest {
  private static final Duration REAL = Duration.ofSeconds(20);
  private static final String NAME = "icr.zone-1.example";

  @TempDir Path directory;

  private final FakeControlLoop loop = new FakeControlLoop();
  private final Transport transport =
      Transport.open(new DataPathSettings(TransportChoice.AUTO, 1, 0), System::nanoTime);
  private final List<EngineEvent> events = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<Resolution> seen = new ArrayList<>();
  private Path hosts = Path.of("");
  private Path resolvConf = Path.of("");
  private InetSocketAddress server = new InetSocketAddress(0);

  @BeforeEach
  void prepare() throws IOException {
    hosts = Files.createFile(directory.resolve("hosts"));
    resolvConf = directory.resolve("resolv.conf");
    InetAddress address = InetAddress.getByName("127.20.53.1");
    try (DatagramSocket free = new DatagramSocket(0, address)) {
      server = new InetSocketAddress(address, free.getLocalPort());
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
    transport.close().get();
  }

  private HostResolver resolver(List<InetSocketAddress> servers) {
    HostResolver made =
        new HostResolver(
            new HostResolver.Sources(hosts, servers, resolvConf),
            loop,
            transport.sideLoop(),
            transport.datagramChannelType(),
            transport.socketChannelType(),
            events::add,
            new Random(7));
    opened.add(made);
    return made;
  }

  private HostResolver.Watch watch(String host) {
    return resolver(List.of(server)).watch(host, seen::add);
  }

  private Dnsmasq dnsmasq(String... records) {
    Dnsmasq made = Dnsmasq.start(server, records);
    opened.add(made);
    return made;
  }

  private List<String> known() {
    return seen.isEmpty()
        ? List.of()
        : seen.getLast().addresses().stream().map(Addresses::text).toList();
  }

  private void until(String... addresses) {
    loop.runUntil(() -> known().equals(List.of(addresses)), REAL);
  }

  private void untilTold(int events) {
    loop.runUntil(() -> this.events.size() >= events, REAL);
  }

  private EngineEvent.HostResolved lastEvent() {
    return (EngineEvent.HostResolved) events.getLast();
  }

  @Test
  void aNameResolvesToItsAddressesIpv4First() {
    dnsmasq("--host-record=" + NAME + ",10.1.0.1,fd00::1,60");

    watch(NAME);

    until("10.1.0.1", "fd00::1");
    assertThat(seen.getLast().fault()).isEmpty();
    assertThat(lastEvent())
        .isEqualTo(new EngineEvent.HostResolved(NAME, List.of("10.1.0.1", "fd00::1"), ""));
  }

  @Test
  void anAddressIsKnownAtOnceAndAskedOfNobody() {
    watch("fd00::7");

    assertThat(known()).containsExactly("fd00::7");
    assertThat(loop.pending()).isZero();
  }

  @Test
  void aNameIsAskedAgainWhenItsTimeToLiveIsOverAndNotBefore() {
    Dnsmasq first = dnsmasq("--host-record=" + NAME + ",10.1.0.1,40");
    watch(NAME);
    until("10.1.0.1");
    oneQuestion(first);

    loop.advance(Duration.ofSeconds(39));
    assertThat(loop.pending()).isEqualTo(1);
    oneQuestion(first);
    first.close();
    dnsmasq("--host-record=" + NAME + ",10.1.0.2,40");
    loop.advance(Duration.ofSeconds(6));

    until("10.1.0.2");
  }

  @Test
  void anAliasEndsWhatItLeadsTo() {
    dnsmasq("--host-record=real.example,10.1.0.1,3600", "--cname=" + NAME + ",real.example,20");
    watch(NAME);
    until("10.1.0.1");
    closeServers();
    dnsmasq("--host-record=other.example,10.1.0.9,3600", "--cname=" + NAME + ",other.example,20");

    loop.advance(Duration.ofSeconds(23));

    until("10.1.0.9");
  }

  private void closeServers() {
    for (AutoCloseable each : opened) {
      if (each instanceof Dnsmasq running) {
        running.close();
      }
    }
  }

  @Test
  void theLastGoodAddressesOutliveTheNameServer() {
    Dnsmasq first = dnsmasq("--host-record=" + NAME + ",10.1.0.1,30");
    watch(NAME);
    until("10.1.0.1");
    first.close();

    loop.advance(Duration.ofSeconds(34));
    untilTold(2);

    assertThat(lastEvent())
        .isEqualTo(
            new EngineEvent.HostResolved(
                NAME, List.of("10.1.0.1"), "no name server answered within 2 s"));
    assertThat(known()).containsExactly("10.1.0.1");

    dnsmasq("--host-record=" + NAME + ",10.1.0.2,30");
    loop.advance(Duration.ofSeconds(40));
    until("10.1.0.2");
    assertThat(lastEvent().fault()).isEmpty();
  }

  @Test
  void aRepeatedFailureIsToldOnceAndAskedMoreAndMoreSeldom() {
    String elsewhere = "registry.elsewhere";
    Dnsmasq running = dnsmasq("--host-record=other.example,10.1.0.1");
    watch(elsewhere);
    untilTold(1);

    for (int i = 0; i < 8; i++) {
      long before = running.questions(elsewhere);
      loop.advance(Duration.ofSeconds(33));
      loop.runUntil(() -> running.questions(elsewhere) > before && loop.pending() == 1, REAL);
    }

    assertThat(events).hasSize(1);
    assertThat(lastEvent().addresses()).isEmpty();
    assertThat(lastEvent().fault()).isEqualTo("no name server has an answer");
  }

  @Test
  void aNameThatNobodyKnowsAnyMoreKeepsItsAddresses() {
    Dnsmasq first = dnsmasq("--host-record=" + NAME + ",10.1.0.1,30");
    watch(NAME);
    until("10.1.0.1");
    first.close();
    dnsmasq("--host-record=other.example,10.1.0.2,30");

    loop.advance(Duration.ofSeconds(34));
    untilTold(2);

    assertThat(lastEvent())
        .isEqualTo(
            new EngineEvent.HostResolved(
                NAME, List.of("10.1.0.1"), "the name server knows no such name"));
  }

  @Test
  void theNextNameServerIsAskedWhenOneIsSilent() throws Exception {
    dnsmasq("--host-record=" + NAME + ",10.1.0.1,30");
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getByName("127.20.53.3"))) {
      resolver(List.of((InetSocketAddress) silent.getLocalSocketAddress(), server))
          .watch(NAME, seen::add);

      until("10.1.0.1");
    }
  }

  @Test
  void theAddressInUseStaysFirstWhileItIsStillInTheAnswer() {
    Dnsmasq first = dnsmasq("--host-record=" + NAME + ",10.1.0.2,30");
    watch(NAME);
    until("10.1.0.2");
    first.close();
    dnsmasq(
        "--host-record=" + NAME + ",10.1.0.1,30",
        "--host-record=" + NAME + ",10.1.0.2,30",
        "--host-record=" + NAME + ",10.1.0.3,30");

    loop.advance(Duration.ofSeconds(34));
    loop.runUntil(() -> known().size() == 3, REAL);

    assertThat(known()).startsWith("10.1.0.2");
  }

  @Test
  void theHostsFileIsAskedFirstAndReadAgainWhenItChanged() throws IOException {
    dnsmasq("--host-record=" + NAME + ",10.1.0.1,30");
    Files.writeString(hosts, "# ours\n10.9.9.9 other " + NAME + " # a comment\n");
    watch(NAME.toUpperCase(Locale.ROOT));
    until("10.9.9.9");

    Path renamed = directory.resolve("hosts.new");
    Files.writeString(renamed, "10.9.9.8 other " + NAME + "\n");
    Files.move(renamed, hosts, StandardCopyOption.REPLACE_EXISTING);
    loop.advance(Duration.ofSeconds(12));
    until("10.9.9.8");

    Files.delete(hosts);
    loop.advance(Duration.ofSeconds(12));
    until("10.1.0.1");
  }

  @Test
  void resolvConfIsReadAgainWhenItChanged() throws IOException {
    needsRoot();
    InetAddress one = InetAddress.getByName("127.20.53.11");
    InetAddress two = InetAddress.getByName("127.20.53.12");
    opened.add(
        Dnsmasq.start(new InetSocketAddress(one, 53), "--host-record=" + NAME + ",10.1.0.1,30"));
    opened.add(
        Dnsmasq.start(new InetSocketAddress(two, 53), "--host-record=" + NAME + ",10.1.0.2,30"));
    Files.writeString(resolvConf, "nameserver 127.20.53.11\n");
    resolver(List.of()).watch(NAME, seen::add);
    until("10.1.0.1");

    Files.writeString(resolvConf, "search zone-1.example\nnameserver 127.20.53.12 # moved\n");
    loop.advance(Duration.ofSeconds(34));
    until("10.1.0.2");
    assertThat(events).hasSize(2);

    List<Resolution> shortName = new ArrayList<>();
    ((HostResolver) opened.getLast()).watch("icr", shortName::add);
    loop.runUntil(() -> !shortName.isEmpty(), REAL);
    assertThat(shortName.getLast().addresses()).containsExactly(InetAddress.getByName("10.1.0.2"));
  }

  @Test
  void watchesOfOneNameShareOneQuestionAndTheLastOneEndsIt() {
    Dnsmasq running = dnsmasq("--host-record=" + NAME + ",10.1.0.1,30");
    HostResolver resolver = resolver(List.of(server));
    HostResolver.Watch first = resolver.watch(NAME, seen::add);
    HostResolver.Watch second = resolver.watch(NAME, seen::add);
    loop.runUntil(() -> seen.size() == 2, REAL);
    resolver.watch(NAME, seen::add).close();

    assertThat(seen).hasSize(3);
    oneQuestion(running);
    first.close();
    assertThat(loop.pending()).isEqualTo(1);
    second.close();
    assertThat(loop.pending()).isZero();
  }

  /** Its log, which comes a little later, tells of one question for each address family. */
  private void oneQuestion(Dnsmasq server) {
    loop.runUntil(() -> server.questions(NAME) >= 2, REAL);
    assertThat(server.questions(NAME)).isEqualTo(2);
  }

  private static void needsRoot() throws IOException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    if (!root && "true".equals(System.getenv("CI"))) {
      throw new AssertionError("port 53 needs root");
    }
    assumeTrue(root, "SKIPPED: port 53 needs root");
  }
}
