package io.sallyport.benchmarks.fleet;

import io.sallyport.benchmarks.process.Daemon;
import io.sallyport.benchmarks.process.ProcFiles;
import io.sallyport.benchmarks.process.ProcessFaultException;
import io.sallyport.benchmarks.process.Program;
import io.sallyport.control.security.TlsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The control plane as it ships, in a process of its own that can be killed and started again. All
 * settings are the defaults but for where things are.
 */
final class ControlPlane implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Path launcher;
  private final Path directory;
  private final int port;
  private final int adminPort;
  private final HttpClient http = HttpClient.newHttpClient();
  private Daemon daemon;

  private ControlPlane(Path launcher, Path directory, int port, int adminPort) {
    this.launcher = launcher;
    this.directory = directory;
    this.port = port;
    this.adminPort = adminPort;
    this.daemon = started();
  }

  /** Starts one with an empty store, and waits until it serves. */
  static ControlPlane start(Path launcher, Path directory, TlsFiles tls) {
    int port = freePort();
    int adminPort = freePort();
    try {
      Files.writeString(
          directory.resolve("control.conf"),
          """
          listen = "127.0.0.1:%d"
          replica = control
          state-directory = "%s"
          tls {
            certificate = "%s"
            key = "%s"
            ca = "%s"
          }
          admin { address = "127.0.0.1:%d" }
          """
              .formatted(
                  port,
                  directory.resolve("state"),
                  tls.certificate(),
                  tls.key(),
                  tls.authorities(),
                  adminPort));
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
    ControlPlane control = new ControlPlane(launcher, directory, port, adminPort);
    try {
      control.awaitReady();
    } catch (RuntimeException fault) {
      control.close();
      throw fault;
    }
    return control;
  }

  private Daemon started() {
    return Daemon.start(
        List.of(
            launcher.toString(),
            "control",
            "--config",
            directory.resolve("control.conf").toString()),
        directory.resolve("control.log"));
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  int port() {
    return port;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  /** Ends it as the kernel does when memory is short: without a word. */
  void kill() {
    daemon.signal("KILL");
    if (!daemon.ended(BOUND)) {
      throw new ProcessFaultException("the control plane survives SIGKILL");
    }
  }

  /** Starts it again, with the store that it left; returns at once. */
  void startAgain() {
    daemon = started();
  }

  private void awaitReady() {
    long until = System.nanoTime() + BOUND.toNanos();
    while (!ready()) {
      if (!daemon.alive() || System.nanoTime() > until) {
        throw new ProcessFaultException("the control plane does not serve: " + daemon.tail());
      }
      rest(PAUSE);
    }
  }

  private boolean ready() {
    try {
      return page("/ready").statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  private HttpResponse<String> page(String path) throws IOException {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interruption);
    }
  }

  /** One of its metrics, such as {@code sallyport_control_deltas_total}. */
  double metric(String series) {
    try {
      return page("/metrics")
          .body()
          .lines()
          .filter(line -> line.startsWith(series + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1).strip()))
          .findFirst()
          .orElseThrow(() -> new ProcessFaultException("there is no metric " + series));
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  /** User and system time since its start. */
  Duration cpu() {
    return ProcFiles.cpu(daemon.pid());
  }

  /** Resident bytes. */
  long resident() {
    return ProcFiles.resident(daemon.pid());
  }

  /** Bytes of the heap that are alive, by a full collection. */
  long alive() {
    String histogram =
        Program.run(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(daemon.pid()),
                "GC.class_histogram"),
            BOUND);
    return histogram
        .lines()
        .filter(line -> line.startsWith("Total"))
        .mapToLong(line -> Long.parseLong(line.strip().split("\\s+", -1)[2]))
        .findFirst()
        .orElseThrow(() -> new ProcessFaultException("jcmd tells no total: " + histogram));
  }

  static void rest(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interruption);
    }
  }

  @Override
  public void close() {
    daemon.close();
    http.close();
  }
}
