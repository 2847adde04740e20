package io.sallyport.plugins.injection.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.dns.DnsRecordType;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole responder on real sockets of the loopback, with name servers that do as they like. */
class DnsInjectorTest {
  private static final Message OTHER = Questions.of(77, "other.example", DnsRecordType.A);
  private static final int SERVFAIL = 2;

  @TempDir Path directory;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private FakeServer first;
  private FakeServer second;

  @BeforeEach
  void servers() throws IOException {
    first = opened(new FakeServer());
    second = opened(new FakeServer());
    second.udpAnswers = question -> List.of(FakeServer.answer(question, 0, "10.0.0.2"));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  @Test
  void namesAreAnsweredOverUdpAndTcpAndWithdrawn() throws Exception {
    DnsBench bench = bench();
    InjectionReport report = bench.publish(DnsBench.ICR);
    assertThat(report.outcomes()).containsEntry(DnsBench.ICR, new Outcome.InPlace());
    assertThat(report.changes()).isEqualTo(2);
    assertThat(report.note()).isEmpty();
    Message question = Questions.of(9, "cp.icr.io", DnsRecordType.A);
    assertThat(bench.ask(question).records()).containsExactly("cp.icr.io. 30 A 172.20.0.7");
    assertThat(Heard.of(bench.tcp(question)).records())
        .containsExactly("cp.icr.io. 30 A 172.20.0.7");
    assertThat(bench.publish(DnsBench.ICR).changes()).isZero();
    assertThat(bench.publish().changes()).isEqualTo(2);
    first.udpAnswers = asked -> List.of(FakeServer.answer(asked, 3, ""));
    assertThat(bench.ask(question).code()).isEqualTo("NXDOMAIN");
  }

  @Test
  void previewSaysWhatWouldBeAnsweredAndOpensNothing() throws Exception {
    DnsBench bench = bench();
    assertThat(bench.injector.preview(java.util.Set.of(DnsBench.ICR)))
        .containsExactly(
            "+ 172.20.0.7 cp.icr.io   (answered at 127.0.0.153 port " + bench.settings.port() + ")",
            "+ 172.20.0.7 icr.io   (answered at 127.0.0.153 port " + bench.settings.port() + ")");
    try (DatagramSocket free = new DatagramSocket(bench.settings.listens())) {
      assertThat(free.isBound()).isTrue();
    }
  }

  @Test
  void othersAreForwardedAndComeBackByteForByte() throws Exception {
    DnsBench bench = bench();
    bench.publish(DnsBench.ICR);
    Message question = Questions.edns(0xbeef, "OtHer.example", DnsRecordType.A, 1400, 0);
    // After the OPT record of the question stands what no decoder would expect.
    first.udpAnswers = asked -> List.of(FakeServer.answer(asked, 0, "10.0.0.1"));
    Message answer = bench.udp(question).orElseThrow();
    assertThat(answer.id()).isEqualTo(0xbeef);
    assertThat(answer.bytes()).isEqualTo(FakeServer.answer(question, 0, "10.0.0.1").bytes());
    Message asked = first.overUdp.getFirst();
    assertThat(asked.numbered(0xbeef).bytes()).isEqualTo(question.bytes());
    assertThat(second.overUdp).isEmpty();
  }

  @Test
  void eachQuestionTravelsWithANumberAndFromAPortOfItsOwn() throws Exception {
    DnsBench bench = bench();
    bench.publish();
    first.udpAnswers = asked -> List.of(FakeServer.answer(asked, 0, "10.0.0.1"));
    for (int i = 0; i < 100; i++) {
      assertThat(bench.ask(OTHER).id()).isEqualTo(77);
    }
    // By chance some of either may be the same: of 100 of 28,000 ports, hardly ever five.
    assertThat(new HashSet<>(first.ports)).hasSizeGreaterThan(95);
    assertThat(first.overUdp.stream().map(Message::id).collect(Collectors.toSet()))
        .hasSizeGreaterThan(95);
  }

  @Test
  void aSilentServerIsPassedOverAndTold() throws Exception {
    Duration timeout = Duration.ofMillis(1500);
    Duration patience = Duration.ofSeconds(12);
    DnsBench bench = bench(timeout, patience, first.address(), second.address());
    bench.publish();
    for (int i = 0; i < 4; i++) {
      assertThat(bench.ask(OTHER).records()).containsExactly("other.example. 60 A 10.0.0.2");
    }
    // It costs the first asker its time-out, and then nobody for half a minute.
    assertThat(first.overUdp).hasSize(1);
    bench.close();

    DnsBench alone = bench(timeout, patience, first.address());
    alone.publish();
    assertThat(alone.ask(OTHER).code()).isEqualTo("SERVFAIL");
    assertThat(first.overUdp).hasSize(3);
    assertThat(alone.ask(OTHER).code()).isEqualTo("SERVFAIL");
    String note = "no name server answers: name server 127.0.0.1:" + first.address().getPort();
    assertThat(alone.publish().note()).isEqualTo(note);
    assertThat(alone.drifts).containsExactly(note);
    first.udpAnswers = asked -> List.of(FakeServer.answer(asked, 0, "10.0.0.1"));
    assertThat(alone.ask(OTHER).code()).isEqualTo("NOERROR");
    assertThat(alone.publish().note()).isEmpty();
    assertThat(alone.drifts).containsExactly(note, "the name servers answer again");
  }

  @Test
  void aServerThatIsNotThereCostsNoTime() throws Exception {
    first.close();
    Duration timeout = Duration.ofSeconds(10);
    DnsBench bench = bench(timeout, timeout.multipliedBy(2), first.address(), second.address());
    bench.publish();
    long start = System.nanoTime();
    assertThat(bench.ask(OTHER).records()).containsExactly("other.example. 60 A 10.0.0.2");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(timeout);
  }

  @Test
  void aServerThatCannotSayIsNotTheLastWord() throws Exception {
    first.udpAnswers = asked -> List.of(FakeServer.answer(asked, SERVFAIL, ""));
    DnsBench bench = bench();
    bench.publish();
    assertThat(bench.ask(OTHER).records()).containsExactly("other.example. 60 A 10.0.0.2");
    second.udpAnswers = asked -> List.of(FakeServer.answer(asked, 5, ""));
    assertThat(bench.ask(OTHER).code()).isEqualTo("SERVFAIL");
  }

  @Test
  void answersToOtherQuestionsAreNotTaken() throws Exception {
    first.udpAnswers =
        asked -> {
          Message good = FakeServer.answer(asked, 0, "10.0.0.1");
          byte[] otherName = FakeServer.answer(asked, 0, "6.6.6.6").bytes();
          otherName[Message.HEADER + 1] = 'x';
          byte[] otherType = FakeServer.answer(asked, 0, "6.6.6.6").bytes();
          otherType[asked.length() - 3] = 28;
          byte[] question = FakeServer.answer(asked, 0, "6.6.6.6").bytes();
          question[2] = 1;
          return List.of(
              FakeServer.answer(asked.numbered(asked.id() ^ 1), 0, "6.6.6.6"),
              new Message(otherName),
              new Message(otherType),
              new Message(question),
              new Message(new byte[5]),
              good);
        };
    DnsBench bench = bench();
    bench.publish();
    assertThat(bench.ask(OTHER).records()).containsExactly("other.example. 60 A 10.0.0.1");
    assertThat(second.overUdp).isEmpty();
  }

  @Test
  void whatUdpCutsShortComesWholeOverTcp() throws Exception {
    String many = String.join(" ", Collections.nCopies(300, "10.0.0.3"));
    first.udpAnswers = asked -> List.of(FakeServer.answer(asked, Message.FLAG_TRUNCATED, ""));
    first.tcpAnswers = asked -> List.of(FakeServer.answer(asked, 0, many));
    DnsBench bench = bench();
    bench.publish();
    Heard cut = bench.ask(OTHER);
    assertThat(cut.truncated()).isTrue();
    assertThat(cut.records()).isEmpty();
    assertThat(first.overTcp).isEmpty();
    Heard whole = Heard.of(bench.tcp(OTHER));
    assertThat(whole.truncated()).isFalse();
    assertThat(whole.id()).isEqualTo(77);
    assertThat(whole.records()).hasSize(300);
  }

  @Test
  void noUdpAnswerIsLongerThanTheAskerTakes() throws Exception {
    String many = String.join(" ", Collections.nCopies(50, "10.0.0.3"));
    first.udpAnswers = asked -> List.of(FakeServer.answer(asked, 0, many));
    DnsBench bench = bench();
    bench.publish();
    Heard cut = bench.ask(OTHER);
    assertThat(cut.truncated()).isTrue();
    assertThat(cut.records()).isEmpty();
    assertThat(cut.questions()).containsExactly("other.example.");
    Message larger = Questions.edns(5, "other.example", DnsRecordType.A, 1232, 0);
    first.udpAnswers =
        asked ->
            List.of(
                FakeServer.answer(
                    Questions.of(asked.id(), "other.example", DnsRecordType.A), 0, many));
    assertThat(bench.ask(larger).records()).hasSize(50);
  }

  @Test
  void questionsBeyondTheLimitFailAtOnce() throws Exception {
    DnsBench bench =
        opened(new DnsBench(DnsBench.settings(List.of(first.address()), directory, 5), directory));
    bench.publish(DnsBench.ICR);
    try (var askers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 5; i++) {
        askers.submit(() -> bench.udp(OTHER));
      }
      await().until(() -> bench.injector.waiting() == 5);
      long start = System.nanoTime();
      assertThat(bench.ask(OTHER).code()).isEqualTo("SERVFAIL");
      assertThat(bench.ask(Questions.of(1, "icr.io", DnsRecordType.A)).records()).hasSize(1);
      // Less than the others wait for one server.
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(bench.settings.timeout());
    }
    await().until(() -> bench.injector.waiting() == 0);
  }

  @Test
  void serversOfResolvConfAreFollowedAndTheResponderItselfIsNoneOfThem() throws Exception {
    Path resolvConf = directory.resolve("resolv.conf");
    DnsSettings free = DnsBench.settings(List.of(), resolvConf, 10);
    // Where name servers of resolv.conf are: port 53 of the loopback, in a test's own range.
    DnsSettings settings =
        new DnsSettings(
            free.address(),
            ServerAddresses.PORT,
            free.timeToLive(),
            List.of(),
            resolvConf,
            free.timeout(),
            free.patience(),
            10,
            List.of());
    List<String> drifts = new ArrayList<>();
    Upstreams upstreams =
        new Upstreams(List.of(), resolvConf, settings.listens(), () -> 0, drifts::add);
    Files.writeString(resolvConf, "# none\nnameserver 127.0.0.153\n");
    upstreams.refresh();
    assertThat(upstreams.inOrder()).isEmpty();
    String note =
        "only the catalog's names are answered: "
            + resolvConf
            + " names no other name server; set upstreams, or resolv-conf to a file that does";
    assertThat(upstreams.note()).isEqualTo(note);
    Files.writeString(
        resolvConf,
        "search x\nnameserver 127.0.0.153\n nameserver\t10.1.1.1 \nnameserver fd00::1\n");
    upstreams.refresh();
    assertThat(upstreams.inOrder())
        .containsExactly(
            new InetSocketAddress("10.1.1.1", 53), new InetSocketAddress("fd00::1", 53));
    upstreams.failed(new InetSocketAddress("10.1.1.1", 53));
    assertThat(upstreams.inOrder().getFirst()).isEqualTo(new InetSocketAddress("fd00::1", 53));
    assertThat(upstreams.note()).isEmpty();
    assertThat(drifts).containsExactly(note, "the name servers answer again");
  }

  @Test
  void aPortThatIsTakenIsToldAndTakenOnceItIsFree() throws Exception {
    DnsBench bench = bench();
    try (DatagramSocket squatter = new DatagramSocket(bench.settings.listens())) {
      assertThat(squatter.isBound()).isTrue();
      InjectionReport report = bench.publish(DnsBench.ICR);
      String reason =
          "cannot listen on 127.0.0.153 port "
              + bench.settings.port()
              + " (UDP: Address already in use)";
      assertThat(report.note()).isEqualTo(reason);
      assertThat(report.outcomes().get(DnsBench.ICR))
          .isEqualTo(
              new Outcome.Refused(
                  reason,
                  "see who listens there (ss -lntup), or set another address or port; below 1024"
                      + " root or CAP_NET_BIND_SERVICE is needed"));
    }
    assertThat(bench.publish(DnsBench.ICR).note()).isEmpty();
    assertThat(bench.ask(Questions.of(1, "icr.io", DnsRecordType.A)).records()).hasSize(1);
  }

  @Test
  void aConnectionIsReadNoFasterThanItsAnswersAreTaken() throws Exception {
    DnsBench bench = bench(List.of(first.address()));
    bench.publish(DnsBench.ICR);
    try (Socket socket = bench.connect()) {
      for (int i = 0; i < 50; i++) {
        DnsBench.write(socket, Questions.of(i, "other.example", DnsRecordType.A));
      }
      await().until(() -> bench.injector.waiting() == TcpDoor.AT_ONCE);
      assertThat(first.overUdp).hasSizeLessThanOrEqualTo(2 * TcpDoor.AT_ONCE);
      first.udpAnswers = asked -> List.of(FakeServer.answer(asked, 0, "10.0.0.1"));
      List<Integer> ids = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        ids.add(DnsBench.read(socket).id());
      }
      assertThat(new HashSet<>(ids)).hasSize(50);
    }
  }

  @Test
  void connectionsBeyondTheLimitAreClosedAndMakeRoomWhenTheyEnd() throws Exception {
    DnsBench bench = bench();
    bench.publish(DnsBench.ICR);
    Message question = Questions.of(1, "icr.io", DnsRecordType.A);
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < Doors.CONNECTIONS; i++) {
      Socket socket = opened(bench.connect());
      DnsBench.write(socket, question);
      assertThat(DnsBench.read(socket).answers()).isEqualTo(1);
      sockets.add(socket);
    }
    try (Socket late = bench.connect()) {
      assertThat(late.getInputStream().read()).isEqualTo(-1);
    }
    sockets.getFirst().close();
    await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(bench.tcp(question).answers()).isEqualTo(1));
  }

  @Test
  void closingFreesThePortAndEndsTheThread() throws Exception {
    DnsBench bench = bench();
    bench.publish(DnsBench.ICR);
    bench.close();
    try (DatagramSocket free = new DatagramSocket(bench.settings.listens())) {
      assertThat(free.isBound()).isTrue();
    }
    await()
        .until(() ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("sallyport-dns")));
  }

  private DnsBench bench() throws IOException {
    return bench(List.of(first.address(), second.address()));
  }

  private DnsBench bench(List<InetSocketAddress> upstreams) throws IOException {
    return opened(new DnsBench(DnsBench.settings(upstreams), directory));
  }

  private DnsBench bench(Duration timeout, Duration patience, InetSocketAddress... upstreams)
      throws IOException {
    return opened(
        new DnsBench(
            DnsBench.within(timeout, patience, DnsBench.settings(List.of(upstreams))), directory));
  }

  private <T extends AutoCloseable> T opened(T resource) {
    opened.add(resource);
    return resource;
  }
}
