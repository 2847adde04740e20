package io.sallyport.benchmarks.load;

import io.sallyport.benchmarks.process.ProcessFaultException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** One request at a time, with blocking sockets. */
public final class Probe {
  static final byte[] REQUEST =
      "GET / HTTP/1.1\r\nHost: b\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  static final byte[] LAST_REQUEST =
      "GET / HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int PATIENCE_MILLIS = 10_000;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(1);

  private Probe() {}

  /** Connects, without Nagle's delay and with a bound on every read. */
  static Socket connect(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(address, PATIENCE_MILLIS);
      return socket;
    } catch (IOException fault) {
      socket.close();
      throw fault;
    }
  }

  /** Connects, asks, reads the answer to its end, and closes. */
  static void ask(InetSocketAddress address) throws IOException {
    try (Socket socket = connect(address)) {
      socket.getOutputStream().write(LAST_REQUEST);
      byte[] answer = socket.getInputStream().readAllBytes();
      if (!new String(answer, StandardCharsets.US_ASCII).startsWith("HTTP/1.1 200 ")) {
        throw new IOException("an answer of " + answer.length + " bytes that is not the backend's");
      }
    }
  }

  /** How long the backend's answer is: always the same, and its body is known. */
  static int answerLength(InetSocketAddress address) throws IOException {
    try (Socket socket = connect(address)) {
      socket.getOutputStream().write(REQUEST);
      byte[] answer = new byte[4096];
      int length = 0;
      InputStream in = socket.getInputStream();
      while (length < 10
          || !new String(answer, 0, length, StandardCharsets.US_ASCII).endsWith("sallyport\n")) {
        int read = in.read(answer, length, answer.length - length);
        if (read <= 0) {
          throw new IOException("the answer ended after " + length + " bytes");
        }
        length += read;
      }
      return length;
    }
  }

  /**
   * Waits until a whole request succeeds.
   *
   * @param alive whether there is any point in waiting
   * @param why what to say of the process when it does not
   */
  public static void awaitAnswer(
      InetSocketAddress address, Duration bound, BooleanSupplier alive, Supplier<String> why) {
    long end = System.nanoTime() + bound.toNanos();
    while (true) {
      try {
        ask(address);
        return;
      } catch (IOException fault) {
        if (System.nanoTime() > end || !alive.getAsBoolean()) {
          throw new ProcessFaultException(
              "no answer on "
                  + address
                  + (alive.getAsBoolean() ? " within " + bound : ", the process has ended")
                  + ": "
                  + fault
                  + "\n"
                  + why.get());
        }
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      }
    }
  }
}
