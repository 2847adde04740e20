package io.sallyport.distribution.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * One zone: small TLS servers on addresses of its own in 127.0.0.0/8, which answer each request
 * with the zone's name.
 *
 * <pre>
 *            ┌───open──► serving ──silence──┐
 *            │             │ ▲              ▼
 *   closed ──┘ ◄───close───┘ └─────open── silent ──close──► closed
 * </pre>
 *
 * <p>Used by one thread; the servers have virtual threads of their own.
 */
final class DemoZone implements AutoCloseable {
  /** The header that carries the zone's name. */
  static final String HEADER = "X-Zone: ";

  private static final int BACKLOG = 256;
  private static final int PATIENCE = 5_000;
  private static final int SILENCE = 20;
  private static final int LONGEST_REQUEST = 4_096;

  private final String name;
  private final SSLContext tls;
  private final List<InetSocketAddress> addresses;
  private final List<ServerSocket> servers = new ArrayList<>();
  private final List<Thread> acceptors = new ArrayList<>();
  private final List<Socket> fillers = new ArrayList<>();

  /** Makes it closed. */
  DemoZone(String name, SSLContext tls, List<InetSocketAddress> addresses) {
    this.name = name;
    this.tls = tls;
    this.addresses = List.copyOf(addresses);
  }

  String name() {
    return name;
  }

  /**
   * Listens on all its addresses, whether it was closed or silent.
   *
   * @throws IOException when one cannot be had; none is left open then
   */
  void open() throws IOException {
    close();
    try {
      for (InetSocketAddress address : addresses) {
        ServerSocket server = tls.getServerSocketFactory().createServerSocket();
        servers.add(server);
        server.bind(address, BACKLOG);
        acceptors.add(Thread.ofVirtual().name(name + "-accept").start(() -> serve(server)));
      }
    } catch (IOException refused) {
      close();
      throw refused;
    }
  }

  /** Stops accepting: connects are refused. What was accepted is answered. */
  @Override
  public void close() {
    for (ServerSocket server : servers) {
      quietly(server::close);
    }
    servers.clear();
    // The address is free once nobody waits in accept any more.
    acceptors.forEach(DemoZone::join);
    acceptors.clear();
    fillers.forEach(filler -> quietly(filler::close));
    fillers.clear();
  }

  /**
   * Falls silent: connects are neither accepted nor refused, as if its packets vanished. The kernel
   * drops a connect whose listener's queue is full: so each listener gets a queue of one,
   * connections of our own fill it, and nobody accepts them. Needs no privilege.
   *
   * <p>Nobody else should connect meanwhile, or waits in that queue in our stead.
   *
   * @throws IOException when this system does otherwise; the zone serves as before then
   */
  void silence() throws IOException {
    close();
    try {
      for (InetSocketAddress address : addresses) {
        ServerSocket deaf = new ServerSocket();
        servers.add(deaf);
        deaf.bind(address, 1);
        // A queue is full when it holds more than its length.
        fillers.add(connected(address));
        fillers.add(connected(address));
      }
      requireSilence(addresses.getFirst());
    } catch (IOException unable) {
      open();
      throw unable;
    }
  }

  private static Socket connected(InetSocketAddress address) throws IOException {
    Socket filler = new Socket();
    try {
      filler.connect(address, PATIENCE);
      return filler;
    } catch (IOException refused) {
      filler.close();
      throw refused;
    }
  }

  private static void requireSilence(InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(address, SILENCE);
    } catch (SocketTimeoutException silence) {
      return;
    }
    throw new IOException("a listener whose queue is full still accepts");
  }

  private void serve(ServerSocket server) {
    while (!server.isClosed()) {
      // It fails when the server closes, or when a client gave up before it was accepted.
      quietly(() -> {
        Socket client = server.accept();
        Thread.ofVirtual().name(name + "-answer").start(() -> answer(client));
      });
    }
  }

  private static void join(Thread acceptor) {
    try {
      acceptor.join();
    } catch (InterruptedException wantsToEnd) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does what may fail without any harm. */
  private static void quietly(Attempt attempt) {
    try {
      attempt.make();
    } catch (IOException harmless) {
      return;
    }
  }

  private void answer(Socket client) {
    try (client) {
      client.setSoTimeout(PATIENCE);
      client.setTcpNoDelay(true);
      String request = head(client);
      if (!request.isEmpty()) {
        String body = "served by zone " + name + "\n";
        String answer =
            "HTTP/1.1 200 OK\r\n"
                + HEADER
                + name
                + "\r\nContent-Length: "
                + body.length()
                + "\r\nConnection: close\r\n\r\n"
                + body;
        OutputStream out = client.getOutputStream();
        out.write(answer.getBytes(StandardCharsets.US_ASCII));
        out.flush();
      }
    } catch (IOException probe) {
      // A health probe connects and leaves; a client that fails counts that itself.
      return;
    }
  }

  /** The request up to its empty line; empty when the client leaves before. */
  private static String head(Socket client) throws IOException {
    StringBuilder head = new StringBuilder();
    byte[] buffer = new byte[LONGEST_REQUEST];
    while (head.indexOf("\r\n\r\n") < 0) {
      int read = client.getInputStream().read(buffer);
      if (read < 0 || head.length() > LONGEST_REQUEST) {
        return "";
      }
      head.append(new String(buffer, 0, read, StandardCharsets.US_ASCII));
    }
    return head.toString();
  }

  /** Something on a socket. */
  @FunctionalInterface
  private interface Attempt {
    void make() throws IOException;
  }
}
