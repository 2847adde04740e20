package io.sallyport.plugins.injection.dns;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.InjectionReport;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A responder on a loopback address, and a client of it. */
final class DnsBench implements AutoCloseable {
  static final InetAddress ADDRESS = Addresses.literal("127.0.0.153").orElseThrow();
  static final HostBinding ICR = ResponderTest.binding("icr", "172.20.0.7", "icr.io", "cp.icr.io");

  final List<String> drifts = Collections.synchronizedList(new ArrayList<>());
  final DnsSettings settings;
  final DnsInjector injector;

  DnsBench(DnsSettings settings, Path state) {
    this.settings = settings;
    this.injector =
        new DnsInjector(
            settings,
            new HostInjectorContext(state, InstantSource.system(), drifts::add),
            new Random(4),
            System::nanoTime);
  }

  /** Times in which a busy machine answers, too, a port that is free, these upstreams. */
  static DnsSettings settings(List<InetSocketAddress> upstreams) throws IOException {
    return settings(upstreams, Path.of("/nonexistent"), 100);
  }

  static DnsSettings settings(List<InetSocketAddress> upstreams, Path resolvConf, int most)
      throws IOException {
    return new DnsSettings(
        ADDRESS,
        freePort(),
        Duration.ofSeconds(30),
        upstreams,
        resolvConf,
        Duration.ofSeconds(3),
        Duration.ofSeconds(12),
        most,
        List.of());
  }

  /** The same with other times: for one server, and for all together. */
  static DnsSettings within(Duration timeout, Duration patience, DnsSettings like) {
    return new DnsSettings(
        like.address(),
        like.port(),
        like.timeToLive(),
        like.upstreams(),
        like.resolvConf(),
        timeout,
        patience,
        like.questionsAtOnce(),
        like.clients());
  }

  static int freePort() throws IOException {
    try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress(ADDRESS, 0))) {
      return probe.getLocalPort();
    }
  }

  InjectionReport publish(HostBinding... bindings) {
    return injector.reconcile(Set.of(bindings));
  }

  /** Asks once over UDP; empty when there is no answer within fifteen seconds. */
  Optional<Message> udp(Message question) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(15_000);
      socket.connect(settings.listens());
      socket.send(new DatagramPacket(question.bytes(), question.length()));
      DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
      socket.receive(packet);
      return Optional.of(new Message(Arrays.copyOf(packet.getData(), packet.getLength())));
    } catch (SocketTimeoutException silence) {
      return Optional.empty();
    }
  }

  Heard ask(Message question) throws IOException {
    return Heard.of(udp(question).orElseThrow());
  }

  Message tcp(Message question) throws IOException {
    try (Socket socket = connect()) {
      write(socket, question);
      return read(socket);
    }
  }

  Socket connect() throws IOException {
    Socket socket = new Socket(settings.address(), settings.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  static void write(Socket socket, Message question) throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    byte[] framed = new byte[question.length() + 2];
    framed[0] = (byte) (question.length() >> 8);
    framed[1] = (byte) question.length();
    System.arraycopy(question.bytes(), 0, framed, 2, question.length());
    out.write(framed);
  }

  static Message read(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    return new Message(in.readNBytes(in.readUnsignedShort()));
  }

  @Override
  public void close() {
    injector.close();
  }
}
