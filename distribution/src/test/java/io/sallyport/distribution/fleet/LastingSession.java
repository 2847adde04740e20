package io.sallyport.distribution.fleet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One session through an agent that asks and is answered all the time, over the one connection that
 * it began with.
 */
final class LastingSession implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;
  private static final long PAUSE_NANOS = 10_000_000;

  private final String name;
  private final Thread thread;
  private volatile long answers;
  private volatile @Nullable String fault;
  private volatile boolean ending;

  private LastingSession(String name, Socket socket) {
    this.name = name;
    this.thread = Thread.ofPlatform().daemon().name("session " + name).start(() -> run(socket));
  }

  /** Connects, and begins. */
  static LastingSession to(String name, String address, int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), PATIENCE_MILLIS);
    } catch (IOException refused) {
      socket.close();
      throw refused;
    }
    return new LastingSession(name, socket);
  }

  /** How often it was answered. */
  long answers() {
    return answers;
  }

  /** Why it ended; empty while it goes on. */
  Optional<String> fault() {
    return Optional.ofNullable(fault).map(why -> name + ": " + why);
  }

  @Override
  public void close() {
    ending = true;
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Socket socket) {
    try (socket) {
      for (long question = 0; !ending; question++) {
        byte[] asked = (name + " " + question + "\n").getBytes(StandardCharsets.US_ASCII);
        socket.getOutputStream().write(asked);
        byte[] answered = socket.getInputStream().readNBytes(asked.length);
        if (!Arrays.equals(asked, answered)) {
          fault =
              "question "
                  + question
                  + " was answered with \""
                  + new String(answered, StandardCharsets.US_ASCII)
                  + "\"";
          return;
        }
        answers = question + 1;
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (IOException broken) {
      fault = "after " + answers + " answers: " + broken;
    }
  }
}
