package io.sallyport.plugins.health;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real server as a child process. */
public record Peer(Process process) implements AutoCloseable {
  /** A port that is free now. */
  public static int freePort() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return free.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A port of loopback. */
  public static InetSocketAddress at(int port) {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
  }

  /**
   * The path of a program; where it is missing the test is skipped, and fails in CI.
   *
   * @param name as .ci/install-peers knows it
   */
  public static String program(String name) {
    for (String folder : (System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1)) {
      if (new File(folder, name).canExecute()) {
        return new File(folder, name).toString();
      }
    }
    String message = name + " is not installed (.ci/install-peers does that)";
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionError(message);
    }
    return Assumptions.abort(message);
  }

  /** Starts a server and waits until it accepts at a port. */
  public static Peer start(int port, Path log, List<String> command) throws Exception {
    Peer peer =
        new Peer(
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
    for (int tries = 0; tries < 1_500; tries++) {
      try (Socket up = new Socket()) {
        up.connect(at(port), 1_000);
        return peer;
      } catch (IOException notYet) {
        if (!peer.process.isAlive()) {
          break;
        }
        Thread.sleep(20);
      }
    }
    peer.close();
    throw new IllegalStateException(command + " does not start: " + Files.readString(log));
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }
}
