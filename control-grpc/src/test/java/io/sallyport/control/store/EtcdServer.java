package io.sallyport.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etcd.jetcd.Auth;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.auth.Permission;
import io.etcd.jetcd.options.OptionsUtil;
import io.sallyport.control.security.TlsFiles;
import io.sallyport.control.security.TlsParts;
import io.sallyport.control.store.KeyValueStore.Transaction;
import io.sallyport.control.store.KeyValueStore.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real etcd on free ports of the loopback, with data of its own. */
public final class EtcdServer {
  /** The one user that {@link #askWho} lets in, besides root. */
  public static final EtcdSettings.User USER = new EtcdSettings.User("sallyport", "let me in");

  private static final int PATIENCE_SECONDS = 60;
  private static final String ROOT = "root";
  private static final int PATIENCE_MILLIS = 5_000;

  private final Path directory;
  private final String scheme;
  private final List<String> flags;
  private final int port = freePort();
  private final int peers = freePort();

  /** Where it tells how it is to whoever asks, without TLS. */
  private final int health = freePort();

  private Process process;

  private EtcdServer(Path directory, String scheme, List<String> flags) {
    this.directory = directory;
    this.scheme = scheme;
    this.flags = flags;
  }

  /** Starts one; skips the test where etcd is not installed, but not in CI. */
  public static EtcdServer start(Path directory, String... flags) throws IOException {
    return start(directory, "http", List.of(flags));
  }

  /** Starts one with TLS that asks its clients for a certificate. */
  static EtcdServer start(Path directory, TlsFiles tls, String... flags) throws IOException {
    List<String> all = new ArrayList<>(List.of(flags));
    all.add("--cert-file=" + tls.certificate());
    all.add("--key-file=" + tls.key());
    all.add("--trusted-ca-file=" + tls.authorities());
    all.add("--client-cert-auth");
    return start(directory, "https", all);
  }

  private static EtcdServer start(Path directory, String scheme, List<String> flags)
      throws IOException {
    boolean installed =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "etcd")));
    String missing = "etcd is not installed; .ci/install-peers installs it";
    if ("true".equals(System.getenv("CI"))) {
      assertThat(installed).as(missing).isTrue();
    }
    assumeTrue(installed, missing);
    EtcdServer server = new EtcdServer(directory, scheme, flags);
    server.start();
    return server;
  }

  /** Starts it again. */
  public void start() throws IOException {
    String clients = scheme + "://127.0.0.1:" + port;
    String others = "http://127.0.0.1:" + peers;
    List<String> command = new ArrayList<>(List.of("etcd", "--name=only", "--logger=zap"));
    command.add("--data-dir=" + directory.resolve("etcd"));
    command.add("--listen-client-urls=" + clients);
    command.add("--advertise-client-urls=" + clients);
    command.add("--listen-metrics-urls=http://127.0.0.1:" + health);
    command.add("--listen-peer-urls=" + others);
    command.add("--initial-advertise-peer-urls=" + others);
    command.add("--initial-cluster=only=" + others);
    command.addAll(flags);
    process =
        new ProcessBuilder(command)
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

  /** Takes away all that a store sees. */
  static void empty(KeyValueStore store) throws Exception {
    List<String> keys =
        List.copyOf(store.versions("").get(PATIENCE_SECONDS, TimeUnit.SECONDS).keySet());
    for (int from = 0; from < keys.size(); from += KeyValueStore.AT_ONCE) {
      store
          .commit(
              new Transaction(
                  List.of(),
                  keys.subList(from, Math.min(keys.size(), from + KeyValueStore.AT_ONCE)).stream()
                      .map(key -> (Write) new Write.Delete(key))
                      .toList()))
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** How to reach it. */
  public EtcdSettings settings(Duration timeout) {
    return settings(timeout, Optional.empty(), Optional.empty());
  }

  /** How to reach it as somebody. */
  public EtcdSettings settings(
      Duration timeout, Optional<EtcdSettings.User> user, Optional<EtcdSettings.Tls> tls) {
    return new EtcdSettings(
        List.of(URI.create(scheme + "://127.0.0.1:" + port)),
        "/test/",
        user,
        tls,
        timeout,
        Duration.ofSeconds(2));
  }

  /**
   * Lets in nobody any more but root and {@link #USER}, who may touch only what begins with the
   * prefix of these settings.
   */
  public void askWho(EtcdSettings settings) throws Exception {
    ClientBuilder builder = Client.builder().endpoints(settings.endpoints());
    if (settings.tls().isPresent()) {
      TlsParts tls = settings.tls().get().files();
      builder.sslContext(ssl ->
          ssl.trustManager(tls.authorities().orElseThrow().toFile())
              .keyManager(
                  tls.identity().orElseThrow().certificate().toFile(),
                  tls.identity().orElseThrow().key().toFile()));
    }
    try (Client client = builder.build()) {
      Auth auth = client.getAuthClient();
      done(auth.userAdd(bytes(ROOT), bytes("of all evil")));
      done(auth.roleAdd(bytes(ROOT)));
      done(auth.userGrantRole(bytes(ROOT), bytes(ROOT)));
      done(auth.userAdd(bytes(USER.name()), bytes(USER.password())));
      done(auth.roleAdd(bytes("ours")));
      ByteSequence from = bytes(settings.prefix());
      done(
          auth.roleGrantPermission(
              bytes("ours"), from, OptionsUtil.prefixEndOf(from), Permission.Type.READWRITE));
      done(auth.userGrantRole(bytes(USER.name()), bytes("ours")));
      done(auth.authEnable());
    }
  }

  private static void done(CompletableFuture<?> change) throws Exception {
    change.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  /** Whether it has a leader and answers; it accepts connections some time before. */
  private boolean serves() {
    assertThat(process.isAlive()).as("etcd runs; its log is in %s", directory).isTrue();
    try {
      HttpURLConnection asked =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + health + "/health").toURL().openConnection();
      asked.setConnectTimeout(PATIENCE_MILLIS);
      asked.setReadTimeout(PATIENCE_MILLIS);
      return asked.getResponseCode() == HttpURLConnection.HTTP_OK;
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
