package io.sallyport.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.AcceptProxy;
import io.sallyport.api.catalog.AcceptProxy.Others;
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.Routing;
import io.sallyport.api.catalog.SendProxy;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.preamble.Hellos;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that begin with junk, cut anyhow and left at any time, where a PROXY header and a server
 * name are waited for: afterwards the listener serves, and nothing is left over.
 */
@EnabledIf(
    value = "io.sallyport.engine.DescriptorsTest#linux",
    disabledReason = "counts descriptors in /proc/self/fd")
final class JunkTest {
  private static final int CLIENTS = 1_000;
  private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
  private static final byte[] HELLO = Hellos.asking("icr.example.com");
  private static final byte[] HEADER =
      "PROXY TCP4 192.0.2.7 198.51.100.9 4711 443\r\n".getBytes(US_ASCII);

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void junkLeavesNothingBehind(TransportChoice transport) throws Exception {
    AcceptProxy local =
        new AcceptProxy(List.of(NetworkPrefix.read("127.0.0.0/8").orElseThrow()), Others.REFUSE);
    Preamble preamble =
        new Preamble(
            local,
            SendProxy.NONE,
            new Routing(Routing.By.SNI, List.of("icr.example.com"), false),
            Duration.ofSeconds(10));
    try (Peer peer = Peer.echo();
        Lab lab = new Lab(settings -> SessionsTest.on(settings, transport))) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", made -> made.with(preamble), port, Lab.endpoint(peer.port())));
      serves(port);
      Lab.eventually(() -> lab.status().activeSessions() == 0);
      List<String> before = DescriptorsTest.descriptors();

      Random random = new Random(20_261_125);
      for (int i = 0; i < CLIENTS; i++) {
        visit(port, random);
      }

      serves(port);
      Lab.eventually(() -> lab.status().activeSessions() == 0);
      DescriptorsTest.noMoreThan(before);
      assertThat(lab.events(SessionEnded.class))
          .hasSizeGreaterThan(CLIENTS / 2)
          .extracting(SessionEnded::end)
          .contains(SessionEnd.PROXY_HEADER_INVALID, SessionEnd.NOT_TLS, SessionEnd.COMPLETED)
          .doesNotContain(SessionEnd.INTERNAL, SessionEnd.RESOURCES);
    }
  }

  private static void serves(int port) throws IOException {
    try (Socket client = Lab.connect(port)) {
      client.getOutputStream().write(HEADER);
      client.getOutputStream().write(HELLO);
      client.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).isEqualTo(HELLO);
    }
  }

  private static void visit(int port, Random random) throws IOException {
    byte[] said = said(random);
    try (Socket client = Lab.connect(port)) {
      client.setTcpNoDelay(true);
      for (int from = 0; from < said.length; ) {
        int to = Math.min(said.length, from + 1 + random.nextInt(said.length));
        client.getOutputStream().write(said, from, to - from);
        from = to;
      }
      switch (random.nextInt(4)) {
        case 0 -> client.setSoLinger(true, 0);
        case 1 -> client.shutdownOutput();
        case 2 -> {
          client.setSoTimeout(20);
          SessionsTest.outcome(client);
        }
        default -> {
          // Leaves in good order.
        }
      }
    } catch (SocketException alreadyCut) {
      // As it should be.
    }
  }

  private static byte[] said(Random random) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(header(random));
    switch (random.nextInt(4)) {
      case 0 -> all.writeBytes(HELLO);
      case 1 -> all.writeBytes(changed(HELLO, random));
      case 2 -> all.writeBytes(Hellos.inRecords(changed(HELLO, random), 1 + random.nextInt(90)));
      default -> all.writeBytes(noise(random, 400));
    }
    return all.toByteArray();
  }

  private static byte[] header(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> HEADER;
      case 1 -> changed(HEADER, random);
      case 2 -> {
        ByteArrayOutputStream binary = new ByteArrayOutputStream();
        binary.writeBytes(SIGNATURE);
        binary.writeBytes(new byte[] {0x21, 0x11, 0, (byte) random.nextInt(60)});
        binary.writeBytes(noise(random, 60));
        yield binary.toByteArray();
      }
      default -> noise(random, 60);
    };
  }

  /** A few bytes changed, and perhaps an end missing. */
  private static byte[] changed(byte[] bytes, Random random) {
    byte[] copy = bytes.clone();
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      copy[random.nextInt(copy.length)] = (byte) random.nextInt();
    }
    return random.nextInt(3) == 0 ? Arrays.copyOf(copy, 1 + random.nextInt(copy.length)) : copy;
  }

  private static byte[] noise(Random random, int most) {
    byte[] noise = new byte[1 + random.nextInt(most)];
    random.nextBytes(noise);
    return noise;
  }
}
