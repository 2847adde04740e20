package io.sallyport.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A real server on loopback, each connection on a virtual thread of its own. */
final class Peer implements AutoCloseable {
  private final ServerSocket server;
  private final SocketAddress address;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();

  /** What a server does with one connection; it is closed afterwards. */
  interface Talk {
    void with(Socket socket) throws IOException;
  }

  private Peer(ServerSocket server, Talk talk) {
    this.server = server;
    this.address = server.getLocalSocketAddress();
    Thread.ofVirtual().start(() -> serve(talk));
  }

  static Peer on(String address, int port, Talk talk) {
    try {
      ServerSocket server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port), 1024);
      return new Peer(server, talk);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  static Peer talking(Talk talk) {
    return on("127.0.0.1", 0, talk);
  }

  /** Sends everything back, and ends when the client has. */
  static Peer echo() {
    return talking(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
  }

  /** Says its name and closes. A probe sees it too. */
  static Peer saying(String name) {
    return talking(socket -> socket.getOutputStream().write(name.getBytes(StandardCharsets.UTF_8)));
  }

  int port() {
    return server.getLocalPort();
  }

  int accepted() {
    return accepted.get();
  }

  /** Connections that are open now. */
  int connections() {
    return open.size();
  }

  private void serve(Talk talk) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        accepted.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual()
            .start(() -> {
              try (socket) {
                talk.with(socket);
              } catch (IOException broken) {
                // The test tells by what the client sees.
              } finally {
                open.remove(socket);
              }
            });
      } catch (IOException closed) {
        // The loop's condition ends it.
      }
    }
  }

  /** Stops listening; connections go on. */
  void deafen() {
    try {
      server.close();
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  @Override
  public void close() {
    die();
  }

  /**
   * Stops listening and resets every connection, as a killed process does. Returns when the kernel
   * refuses connections: the accepting thread holds the socket open a moment longer.
   */
  void die() {
    deafen();
    Lab.eventually(this::refuses);
    for (Socket socket : open) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException gone) {
        // It is closed, which is what was wanted.
      }
    }
  }

  private boolean refuses() {
    try (Socket trial = new Socket()) {
      trial.connect(address, 1000);
      return false;
    } catch (ConnectException refusal) {
      return true;
    } catch (IOException inBetween) {
      return false;
    }
  }
}
