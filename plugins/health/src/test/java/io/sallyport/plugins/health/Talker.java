package io.sallyport.plugins.health;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A small server that says what the test wants said. */
public record Talker(ServerSocket server) implements AutoCloseable {
  /** What it does with each connection. */
  public interface Manners {
    /** Called for one connection at a time. */
    void serve(InputStream in, OutputStream out) throws IOException, InterruptedException;
  }

  /** Starts one. */
  public static Talker with(Manners manners) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual()
        .start(() -> {
          while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
              manners.serve(socket.getInputStream(), socket.getOutputStream());
              // Closing with something unread would reset, and take back what was said.
              socket.shutdownOutput();
              socket.setSoTimeout(1_000);
              socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException | InterruptedException over) {
              // The probe, or the test, has ended.
            }
          }
        });
    return new Talker(server);
  }

  /** One that says a text to everybody and ends. */
  public static Talker saying(String text) throws IOException {
    return with((in, out) -> out.write(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
