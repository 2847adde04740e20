package io.sallyport.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real etcd on free ports of the loopback, with data of its own. */
public final class EtcdServer {
  private static final int PATIENCE_MILLIS = 5_000;

  private final Path directory;
  private final int port = freePort();
  private final int peers = freePort();
  private Process process;

  private EtcdServer(Path directory) {
    this.directory = directory;
  }

  /** Starts one; skips the test where etcd is not installed, but not in CI. */
  public static EtcdServer start(Path directory) throws IOException {
    boolean installed =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "etcd")));
    String missing = "etcd is not installed; .ci/install-peers installs it";
    if ("true".equals(System.getenv("CI"))) {
      assertThat(installed).as(missing).isTrue();
    }
    assumeTrue(installed, missing);
    EtcdServer server = new EtcdServer(directory);
    server.start();
    return server;
  }

  /** Starts it again. */
  public void start() throws IOException {
    String clients = "http://127.0.0.1:" + port;
    String others = "http://127.0.0.1:" + peers;
    process =
        new ProcessBuilder(
                List.of(
                    "etcd",
                    "--name=only",
                    "--data-dir=" + directory.resolve("etcd"),
                    "--listen-client-urls=" + clients,
                    "--advertise-client-urls=" + clients,
                    "--listen-peer-urls=" + others,
                    "--initial-advertise-peer-urls=" + others,
                    "--initial-cluster=only=" + others,
                    "--logger=zap"))
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("etcd.log").toFile()))
            .start();
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(this::serves);
  }

  /** Ends it as a crash would. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  /** Takes away all that it has; it must not run. */
  void wipe() throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("etcd"))) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  /** How to reach it. */
  public EtcdSettings settings(Duration timeout) {
    return new EtcdSettings(
        List.of(URI.create("http://127.0.0.1:" + port)),
        "/test/",
        Optional.empty(),
        Optional.empty(),
        timeout,
        Duration.ofSeconds(2));
  }

  /** Whether it has a leader and answers; it accepts connections some time before. */
  private boolean serves() {
    assertThat(process.isAlive()).as("etcd runs; its log is in %s", directory).isTrue();
    try {
      HttpURLConnection health =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + "/health").toURL().openConnection();
      health.setConnectTimeout(PATIENCE_MILLIS);
      health.setReadTimeout(PATIENCE_MILLIS);
      return health.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException notYet) {
      return false;
    }
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
