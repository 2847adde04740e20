package io.sallyport.plugins.injection.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.dns.DnsRecordType;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes from outside: no exception escapes, no answer is longer than it may be. */
class DnsFuzzTest {
  private static final Query ASKED =
      ((Query.Reading.Asked) Query.read(Questions.of(77, "other.example", DnsRecordType.A)))
          .query();

  private final Responder responder = new Responder(Duration.ofSeconds(30));

  DnsFuzzTest() {
    responder.records(Records.of(Set.of(DnsBench.ICR)));
  }

  @Property(tries = 20_000)
  void anyBytesAreJudged(@ForAll("messages") byte[] bytes) {
    Message message = new Message(bytes);
    switch (responder.judge(message)) {
      case Responder.Verdict.Ignore() ->
          assertThat(bytes.length < Message.HEADER || (bytes[2] & 0x80) != 0).isTrue();
      case Responder.Verdict.Refusal(Message reply) -> {
        wellFormed(reply, message);
        // Nobody gets more out of it than was put in: an OPT record at most.
        assertThat(reply.length()).isLessThanOrEqualTo(bytes.length + 11);
      }
      case Responder.Verdict.Answer(Query query, Message reply) -> {
        wellFormed(reply, message);
        assertThat(reply.length()).isLessThan(bytes.length + 200);
        assertThat(Reply.truncated(query, reply).length()).isLessThanOrEqualTo(bytes.length + 11);
      }
      case Responder.Verdict.Forward(Query query) -> {
        assertThat(query.end()).isBetween(Message.HEADER + 5, bytes.length);
        assertThat(query.name().length()).isLessThan(254);
        wellFormed(
            Reply.empty(query, io.netty.handler.codec.dns.DnsResponseCode.SERVFAIL), message);
      }
    }
  }

  @Property(tries = 20_000)
  void anyBytesFromANameServerAreJudged(@ForAll("answers") byte[] bytes) {
    Answer answer = Answer.of(new Message(bytes), ASKED, 77);
    if (!(answer instanceof Answer.Foreign)) {
      assertThat(bytes.length).isGreaterThanOrEqualTo(Message.HEADER);
      assertThat(new Message(bytes).id()).isEqualTo(77);
      Message cut = Reply.truncated(ASKED, new Message(bytes));
      assertThat(Heard.of(cut).questions()).containsExactly("other.example.");
      assertThat(Heard.of(cut).truncated()).isTrue();
    }
  }

  @Property(tries = 10_000)
  void anyTwoAnswersAreUnderstoodOrNot(
      @ForAll("answers") byte[] four, @ForAll("answers") byte[] six) {
    Assume.that(four.length >= Message.HEADER && six.length >= Message.HEADER);
    switch (NameLookup.found(new Message(four), new Message(six))) {
      case NameLookup.Found.At(var addresses, boolean whole) -> {
        assertThat(addresses).isNotEmpty();
        // A record takes 15 bytes at least, where its name is the root.
        assertThat(addresses.size()).isLessThanOrEqualTo((four.length + six.length) / 15);
      }
      case NameLookup.Found.Denied() ->
          assertThat(new Message(four).flags() & Message.FLAG_TRUNCATED).isZero();
      case NameLookup.Found.Unknown(String reason) ->
          assertThat(reason)
              .isIn(
                  "no name server has an answer",
                  "the name server's answer is broken or cut short");
    }
  }

  /**
   * Junk at both doors and from the name server: afterwards it serves, and nothing is left over.
   */
  @Test
  void junkLeavesNothingBehind(@TempDir Path directory) throws Exception {
    Random random = new Random(6);
    try (FakeServer upstream = new FakeServer();
        DnsBench bench =
            new DnsBench(
                DnsBench.within(
                    Duration.ofMillis(300),
                    Duration.ofSeconds(2),
                    DnsBench.settings(List.of(upstream.address()), directory, 64)),
                directory)) {
      upstream.udpAnswers =
          question -> List.of(mutated(random, FakeServer.answer(question, 0, "10.0.0.1")));
      upstream.tcpAnswers = upstream.udpAnswers;
      bench.publish(DnsBench.ICR);
      try (DatagramSocket socket = new DatagramSocket()) {
        socket.connect(bench.settings.listens());
        for (int i = 0; i < 20_000; i++) {
          byte[] junk = mutated(random, question(random, i)).bytes();
          socket.send(new DatagramPacket(junk, junk.length));
        }
      }
      for (int i = 0; i < 200; i++) {
        try (Socket socket = bench.connect()) {
          OutputStream out = socket.getOutputStream();
          for (int j = 0; j < 20; j++) {
            byte[] junk = new byte[random.nextInt(200)];
            random.nextBytes(junk);
            out.write(junk);
            DnsBench.write(socket, mutated(random, question(random, i)));
          }
        } catch (SocketException closedByTheResponder) {
          // As it should be.
        }
      }
      Message question = Questions.of(1, "icr.io", DnsRecordType.A);
      org.awaitility.Awaitility.await()
          .untilAsserted(() -> assertThat(bench.injector.waiting()).isZero());
      assertThat(bench.udp(question).map(Message::answers)).isEqualTo(Optional.of(1));
      assertThat(bench.tcp(question).answers()).isEqualTo(1);
      org.awaitility.Awaitility.await()
          .untilAsserted(() -> assertThat(openSockets()).isLessThan(40));
    }
  }

  private static long openSockets() throws java.io.IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.filter(DnsFuzzTest::isSocket).count();
    }
  }

  private static boolean isSocket(Path file) {
    try {
      return Files.readSymbolicLink(file).toString().startsWith("socket:");
    } catch (java.io.IOException gone) {
      return false;
    }
  }

  private static Message question(Random random, int id) {
    return random.nextBoolean()
        ? Questions.of(id & 0xffff, "icr.io", DnsRecordType.A)
        : Questions.edns(id & 0xffff, "other.example", DnsRecordType.A, random.nextInt(65_536), 0);
  }

  private static Message mutated(Random random, Message message) {
    byte[] bytes = message.bytes().clone();
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    int length = random.nextInt(10) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
    return new Message(java.util.Arrays.copyOf(bytes, length));
  }

  private static void wellFormed(Message reply, Message question) {
    assertThat(reply.id()).isEqualTo(question.id());
    assertThat(reply.flags() & Message.FLAG_RESPONSE).isNotZero();
    if (reply.questions() == 1) {
      Query.Reading read = Query.read(new Message(asQuestion(reply)));
      assertThat(read).isInstanceOf(Query.Reading.Asked.class);
    } else {
      assertThat(reply.length()).isEqualTo(Message.HEADER);
    }
  }

  /** The reply's header and question alone. */
  private static byte[] asQuestion(Message reply) {
    byte[] bytes = reply.bytes().clone();
    bytes[2] &= 0x01;
    java.util.Arrays.fill(bytes, 6, Message.HEADER, (byte) 0);
    return bytes;
  }

  @Provide
  Arbitrary<byte[]> messages() {
    Arbitrary<byte[]> junk = Arbitraries.bytes().array(byte[].class).ofMaxSize(600);
    Arbitrary<byte[]> plain =
        Arbitraries.of("icr.io", "cp.icr.io", "other.example", "7.0.20.172.in-addr.arpa", "")
            .map(name -> Questions.bytes(5, name, 1, 1, -1, 0));
    Arbitrary<byte[]> edns =
        Combinators.combine(
                Arbitraries.of("icr.io", "x.y"),
                Arbitraries.integers().between(0, 65_535),
                Arbitraries.integers().between(0, 2))
            .as((name, size, version) -> Questions.bytes(5, name, 255, 1, size, version));
    return Arbitraries.oneOf(junk, changed(plain), changed(edns));
  }

  @Provide
  Arbitrary<byte[]> answers() {
    Message question = Questions.of(77, "other.example", DnsRecordType.A);
    Arbitrary<byte[]> good =
        Arbitraries.of(
            FakeServer.answer(question, 0, "10.0.0.1").bytes(),
            FakeServer.answer(question, Message.FLAG_TRUNCATED, "").bytes(),
            FakeServer.answer(question, 2, "").bytes());
    Arbitrary<byte[]> junk = Arbitraries.bytes().array(byte[].class).ofMaxSize(100);
    return Arbitraries.oneOf(changed(good), junk);
  }

  /** A few bytes changed, and perhaps an end missing. */
  private static Arbitrary<byte[]> changed(Arbitrary<byte[]> messages) {
    return Combinators.combine(
            messages,
            Arbitraries.integers().between(0, 5),
            Arbitraries.randomValue(random -> random.nextLong()))
        .as((bytes, changes, seed) -> {
          Random random = new Random(seed);
          byte[] copy = bytes.clone();
          for (int i = 0; i < changes; i++) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt();
          }
          return random.nextInt(5) == 0
              ? java.util.Arrays.copyOf(copy, random.nextInt(copy.length + 1))
              : copy;
        });
  }
}
