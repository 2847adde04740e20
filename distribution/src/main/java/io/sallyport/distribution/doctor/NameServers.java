package io.sallyport.distribution.doctor;

import io.sallyport.api.catalog.Addresses;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Asks name servers themselves, past every file and cache of this machine. All are asked at once
 * for both families, and have a bounded time together.
 */
final class NameServers {
  /** The port that {@code resolv.conf} means. */
  static final int PORT = 53;

  private static final int MOST = 4096;
  private static final String NOBODY = "nothing listens there";
  private static final int NO_SUCH_NAME = 3;
  private static final Map<Integer, String> CODES =
      Map.of(1, "FORMERR", 2, "SERVFAIL", 4, "NOTIMP", 5, "REFUSED");
  private static final List<Integer> TYPES = List.of(DnsMessage.A, DnsMessage.AAAA);

  private final List<InetSocketAddress> servers;
  private final Duration patience;
  private final InstantSource clock;
  private final RandomGenerator random;

  NameServers(
      List<InetSocketAddress> servers,
      Duration patience,
      InstantSource clock,
      RandomGenerator random) {
    this.servers = List.copyOf(servers);
    this.patience = patience;
    this.clock = clock;
    this.random = random;
  }

  /** What each server says of a name, in their order. */
  List<Reading> ask(String name) {
    Instant end = clock.instant().plus(patience);
    List<Asked> asked = new ArrayList<>();
    try {
      for (InetSocketAddress server : servers) {
        asked.add(Asked.open(server, name, random));
      }
      return asked.stream().map(one -> one.heard(end, clock, patience)).toList();
    } finally {
      asked.forEach(Asked::close);
    }
  }

  /** One server's questions. */
  private static final class Asked {
    private final InetSocketAddress server;
    private final Map<Integer, byte[]> questions = new TreeMap<>();
    private final Map<Integer, DnsMessage.Answer> answers = new TreeMap<>();
    private Optional<DatagramSocket> socket = Optional.empty();
    private String fault = "";

    private Asked(InetSocketAddress server) {
      this.server = server;
    }

    static Asked open(InetSocketAddress server, String name, RandomGenerator random) {
      Asked asked = new Asked(server);
      for (int type : TYPES) {
        asked.questions.put(type, DnsMessage.question(random.nextInt(1 << 16), name, type));
      }
      try {
        DatagramSocket opened = new DatagramSocket();
        asked.socket = Optional.of(opened);
        opened.connect(server);
        for (byte[] question : asked.questions.values()) {
          opened.send(new DatagramPacket(question, question.length));
        }
      } catch (PortUnreachableException nobody) {
        asked.fault = NOBODY;
      } catch (IOException refused) {
        asked.fault = "cannot be asked: " + refused.getMessage();
      }
      return asked;
    }

    void close() {
      socket.ifPresent(DatagramSocket::close);
    }

    Reading heard(Instant end, InstantSource clock, Duration patience) {
      String reader = "dns " + Addresses.text(server.getAddress());
      if (server.getPort() != PORT) {
        reader += " port " + server.getPort();
      }
      try {
        while (fault.isEmpty() && answers.size() < questions.size() && socket.isPresent()) {
          long left = Duration.between(clock.instant(), end).toMillis();
          if (left <= 0) {
            throw new SocketTimeoutException();
          }
          receive(socket.get(), Math.toIntExact(left));
        }
      } catch (SocketTimeoutException silent) {
        fault = "no answer within " + patience.toMillis() + " ms";
      } catch (PortUnreachableException refused) {
        fault = NOBODY;
      } catch (IOException broken) {
        fault = "cannot be heard: " + broken.getMessage();
      }
      return reading(reader);
    }

    private void receive(DatagramSocket from, int millis) throws IOException {
      byte[] bytes = new byte[MOST];
      DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
      from.setSoTimeout(millis);
      from.receive(packet);
      for (Map.Entry<Integer, byte[]> question : questions.entrySet()) {
        DnsMessage.answer(question.getValue(), bytes, packet.getLength())
            .ifPresent(answer -> answers.put(question.getKey(), answer));
      }
    }

    private Reading reading(String reader) {
      List<String> addresses = new ArrayList<>();
      answers.values().forEach(answer -> addresses.addAll(answer.addresses()));
      if (!addresses.isEmpty()) {
        return Reading.found(reader, addresses, fault);
      }
      for (DnsMessage.Answer answer : answers.values()) {
        if (answer.code() == NO_SUCH_NAME) {
          return Reading.none(reader, "no such name");
        }
        if (answer.code() != 0) {
          return Reading.unknown(
              reader, "answers " + CODES.getOrDefault(answer.code(), "code " + answer.code()));
        }
      }
      return answers.isEmpty() || !fault.isEmpty()
          ? Reading.unknown(reader, fault)
          : Reading.none(reader, "no address");
    }
  }
}
