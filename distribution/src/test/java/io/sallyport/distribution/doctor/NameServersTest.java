package io.sallyport.distribution.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real sockets, and servers that are made of the bytes they send. */
class NameServersTest {
  private static final byte[] POINTER_TO_NAME = {(byte) 0xc0, 12};

  private final List<DatagramSocket> servers = new ArrayList<>();

  @AfterEach
  void closeServers() {
    servers.forEach(DatagramSocket::close);
  }

  @Test
  void bothFamiliesAreAskedAndForgedAnswersPassedOver() throws Exception {
    InetSocketAddress good =
        server(question -> {
          boolean six = question[question.length - 3] == DnsMessage.AAAA;
          return answer(question, 0, six ? new byte[16] : new byte[] {9, 9, 9, 9});
        });
    InetSocketAddress forger =
        server(question -> {
          byte[] other = question.clone();
          other[0]++;
          return answer(other, 0, new byte[] {6, 6, 6, 6});
        });

    Reading found = ask(List.of(good), Duration.ofSeconds(30)).getFirst();
    assertThat(found.outcome()).isEqualTo(Reading.Outcome.FOUND);
    assertThat(found.addresses()).containsExactly("9.9.9.9", "::");
    assertThat(found.reader()).isEqualTo("dns 127.0.0.1 port " + good.getPort());
    assertThat(ask(List.of(forger), Duration.ofMillis(600)))
        .containsExactly(
            Reading.unknown("dns 127.0.0.1 port " + forger.getPort(), "no answer within 600 ms"));
  }

  @Test
  void whatAServerSaysInPlaceOfAddressesIsTold() throws Exception {
    InetSocketAddress denying = server(question -> answer(question, 3));
    InetSocketAddress refusing = server(question -> answer(question, 5));
    InetSocketAddress empty = server(question -> answer(question, 0));
    InetSocketAddress nobody;
    try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      nobody = (InetSocketAddress) free.getLocalSocketAddress();
    }

    assertThat(ask(List.of(denying, refusing, empty, nobody), Duration.ofSeconds(30)))
        .extracting(reading -> reading.outcome() + " " + reading.note())
        .containsExactly(
            "NONE no such name",
            "UNKNOWN answers REFUSED",
            "NONE no address",
            "UNKNOWN nothing listens there");
  }

  @Property(tries = 1000)
  void anyBytesBehindAQuestionAreReadWithoutAFault(@ForAll @Size(max = 300) byte[] bytes) {
    byte[] question = DnsMessage.question(7, "icr.io", DnsMessage.A);
    byte[] message = Arrays.copyOf(question, question.length + bytes.length);
    System.arraycopy(bytes, 0, message, question.length, bytes.length);
    message[2] |= (byte) 0x80;
    message[7] = bytes.length > 0 ? bytes[0] : 3;

    DnsMessage.answer(question, message, message.length)
        .ifPresent(answer -> assertThat(answer.addresses()).hasSizeLessThanOrEqualTo(256));
    assertThat(DnsMessage.answer(question, bytes, bytes.length)).isEmpty();
  }

  private static List<Reading> ask(List<InetSocketAddress> servers, Duration patience) {
    return new NameServers(servers, patience, InstantSource.system(), new Random(1)).ask("icr.io");
  }

  private static byte[] answer(byte[] question, int code, byte[]... addresses) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] head = question.clone();
    head[2] |= (byte) 0x80;
    head[3] = (byte) code;
    head[7] = (byte) addresses.length;
    out.writeBytes(head);
    for (byte[] address : addresses) {
      out.writeBytes(POINTER_TO_NAME);
      out.writeBytes(new byte[] {0, question[question.length - 3], 0, 1, 0, 0, 0, 9, 0});
      out.write(address.length);
      out.writeBytes(address);
    }
    return out.toByteArray();
  }

  private InetSocketAddress server(UnaryOperator<byte[]> answers) throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    servers.add(socket);
    Thread.ofPlatform().daemon().start(() -> serve(socket, answers));
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  private static void serve(DatagramSocket socket, UnaryOperator<byte[]> answers) {
    byte[] bytes = new byte[512];
    try {
      while (!socket.isClosed()) {
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        socket.receive(packet);
        byte[] answer = answers.apply(Arrays.copyOf(bytes, packet.getLength()));
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      }
    } catch (IOException over) {
      if (!socket.isClosed()) {
        throw new UncheckedIOException(over);
      }
    }
  }
}
