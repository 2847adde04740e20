package io.sallyport.plugins.injection.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** A name server that answers as a test says, over UDP and TCP on one port. */
final class FakeServer implements AutoCloseable {
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

  private final ServerSocket tcp = new ServerSocket(0, 50, HERE);
  private final InetSocketAddress address = new InetSocketAddress(HERE, tcp.getLocalPort());
  private final DatagramSocket udp = new DatagramSocket(address);
  final List<Message> overUdp = Collections.synchronizedList(new ArrayList<>());
  final List<Message> overTcp = Collections.synchronizedList(new ArrayList<>());
  final List<Integer> ports = Collections.synchronizedList(new ArrayList<>());
  volatile Function<Message, List<Message>> udpAnswers = question -> List.of();
  volatile Function<Message, List<Message>> tcpAnswers = question -> List.of();

  FakeServer() throws IOException {
    Thread.ofVirtual().start(this::serveUdp);
    Thread.ofVirtual().start(this::serveTcp);
  }

  InetSocketAddress address() {
    return address;
  }

  /** What comes over UDP and TCP gets these bytes after the header and question of its own. */
  static Message answer(Message question, int flags, String addresses) {
    List<String> all = addresses.isEmpty() ? List.of() : List.of(addresses.split(" "));
    int end = question.length();
    byte[] bytes = Arrays.copyOf(question.bytes(), end + 16 * all.size());
    bytes[2] = (byte) (0x80 | flags >> 8);
    bytes[3] = (byte) (0x80 | flags);
    bytes[6] = (byte) (all.size() >> 8);
    bytes[7] = (byte) all.size();
    int at = end;
    for (String address : all) {
      byte[] record = {(byte) 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4};
      System.arraycopy(record, 0, bytes, at, record.length);
      System.arraycopy(
          InetAddress.ofLiteral(address).getAddress(), 0, bytes, at + record.length, 4);
      at += 16;
    }
    return new Message(bytes);
  }

  private void serveUdp() {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
        udp.receive(packet);
        Message question = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
        overUdp.add(question);
        ports.add(packet.getPort());
        for (Message answer : udpAnswers.apply(question)) {
          udp.send(new DatagramPacket(answer.bytes(), answer.length(), packet.getSocketAddress()));
        }
      }
    } catch (IOException closed) {
      // The test has ended.
    }
  }

  private void serveTcp() {
    try {
      while (true) {
        Socket client = tcp.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException closed) {
      // The test has ended.
    }
  }

  private void serve(Socket client) {
    try (client) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      DataOutputStream out = new DataOutputStream(client.getOutputStream());
      while (true) {
        Message question = new Message(in.readNBytes(in.readUnsignedShort()));
        overTcp.add(question);
        for (Message answer : tcpAnswers.apply(question)) {
          out.writeShort(answer.length());
          out.write(answer.bytes());
        }
      }
    } catch (IOException closed) {
      // The client has had enough.
    }
  }

  @Override
  public void close() throws IOException {
    udp.close();
    tcp.close();
  }
}
