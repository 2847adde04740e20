package io.sallyport.distribution.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** An endpoint: sends back what it hears, until it is closed. */
final class EchoServer implements AutoCloseable {
  private static final int BACKLOG = 200;
  private static final int BUFFER = 4096;

  private final ServerSocket server;

  private EchoServer(ServerSocket server) {
    this.server = server;
  }

  /** Listens on a free port of an address. */
  static EchoServer on(String address) throws IOException {
    EchoServer made = new EchoServer(new ServerSocket(0, BACKLOG, InetAddress.ofLiteral(address)));
    Thread.ofVirtual().name("echo").start(made::accept);
    return made;
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().name("echo-session").start(() -> echo(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void echo(Socket client) {
    byte[] buffer = new byte[BUFFER];
    try (client) {
      client.setTcpNoDelay(true);
      InputStream in = client.getInputStream();
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        client.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException gone) {
      // Probes and clients end as they like.
    }
  }
}
