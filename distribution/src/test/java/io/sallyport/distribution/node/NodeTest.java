package io.sallyport.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import io.sallyport.api.config.Problem;
import io.sallyport.distribution.TestStrategies;
import io.sallyport.distribution.admin.AdminPortException;
import io.sallyport.distribution.json.RecordJson;
import io.sallyport.distribution.log.LogFormat;
import io.sallyport.distribution.log.LogLevel;
import io.sallyport.distribution.log.LogSettings;
import io.sallyport.distribution.log.Logging;
import io.sallyport.distribution.log.SessionLog;
import io.sallyport.distribution.node.NodeSettingsReader.Setting;
import io.sallyport.distribution.plugins.InstalledPlugins;
import io.sallyport.distribution.status.AgentStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole node with a real engine, on loopback addresses that need no root. */
@Timeout(300)
class NodeTest {
  @TempDir Path directory;

  private final Logging logging =
      Logging.start(
          new LoggerContext(),
          new LogSettings(LogFormat.KEY_VALUES, LogLevel.INFO, SessionLog.ALL, 1024),
          new ByteArrayOutputStream(),
          InstantSource.system());
  private ServerSocket endpoint;
  private Path catalog;

  @BeforeEach
  void endpoint() throws Exception {
    endpoint = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (true) {
            try (Socket socket = endpoint.accept()) {
              socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException closedOrProbe) {
              if (endpoint.isClosed()) {
                return;
              }
            }
          }
        });
    catalog = directory.resolve("catalog.conf");
    Files.writeString(catalog, service("icr", "127.20.31.7"));
    Files.createDirectory(directory.resolve("state"));
  }

  @AfterEach
  void close() throws Exception {
    endpoint.close();
    logging.close();
  }

  @Test
  void servesItsCatalogFollowsTheFileAndStopsInGoodOrder() throws Exception {
    Node.Run run = running("127.0.0.1:0");
    try {
      InetSocketAddress admin = run.admin().orElseThrow();
      eventually().until(() -> code(admin, "/ready") == 200);
      assertThat(hello("127.20.31.7")).isEqualTo("hello");

      AgentStatus status = RecordJson.read(body(admin, "/status"), AgentStatus.class);
      assertThat(status.wrong()).isEmpty();
      assertThat(status.catalog().file()).isEqualTo(catalog.toString());
      assertThat(status.node().revision()).isEqualTo("1.1");
      assertThat(status.node().services()).extracting("id").containsExactly("icr");
      assertThat(body(admin, "/metrics"))
          .contains("sallyport_catalog_refused 0.0\n", "sallyport_log_lines_dropped_total 0.0\n");

      Files.writeString(catalog, service("icr", "127.20.31.7") + service("de", "127.20.31.4"));
      eventually().ignoreExceptions().until(() -> hello("127.20.31.4").equals("hello"));

      Files.writeString(catalog, "services { icr { adress = 127.20.31.7 } }");
      eventually().until(() -> body(admin, "/metrics").contains("sallyport_catalog_refused 1.0\n"));
      AgentStatus refused = RecordJson.read(body(admin, "/status"), AgentStatus.class);
      assertThat(refused.wrong())
          .contains("catalog: " + catalog + " was refused, and revision 1.2 goes on");
      assertThat(hello("127.20.31.4")).isEqualTo("hello");
      assertThat(code(admin, "/ready")).isEqualTo(200);
    } finally {
      assertThat(run.stop()).isTrue();
    }
    assertThatThrownBy(() -> hello("127.20.31.7")).isInstanceOf(IOException.class);
    eventually().untilAsserted(() -> assertThat(ourThreads()).isEmpty());
  }

  @Test
  void anAdminPortInUseEndsTheStartBeforeAnythingListens() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> node("127.0.0.1:" + taken.getLocalPort()).start())
          .isInstanceOf(AdminPortException.class)
          .hasMessageContaining("cannot be used: Address already in use");
    }
    assertThatThrownBy(() -> hello("127.20.31.7")).isInstanceOf(IOException.class);
    eventually().untilAsserted(() -> assertThat(ourThreads()).isEmpty());
  }

  @Test
  void withoutACatalogThereIsNoStart() throws Exception {
    Files.writeString(catalog, "services { icr { adress = 127.20.31.7 } }");
    assertThat(node("off").start())
        .isInstanceOfSatisfying(
            Node.Start.NoCatalog.class,
            none ->
                assertThat(none.problems().stream().map(Problem::text))
                    .contains(
                        catalog
                            + ":1: services.icr.adress: unknown key; did you mean"
                            + " \"address\"?"));
    eventually().untilAsserted(() -> assertThat(ourThreads()).isEmpty());
  }

  @Test
  void theAdminPortCanBeOff() throws Exception {
    Node.Run run = running("off");
    try {
      assertThat(run.admin()).isEmpty();
      run.ready().join();
      assertThat(hello("127.20.31.7")).isEqualTo("hello");
    } finally {
      run.stop();
    }
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(60));
  }

  private Node.Run running(String admin) {
    return ((Node.Start.Running) node(admin).start()).run();
  }

  private Node node(String admin) {
    SettingsResult settings =
        new NodeSettingsReader(
                TestStrategies.injectors(),
                new Surroundings(Map.of(), Optional.empty(), directory, false))
            .read(
                Optional.empty(),
                List.of(
                    new Setting("", "admin.address", admin),
                    new Setting("", "catalog-poll", "100ms"),
                    new Setting("", "stop-drain", "20s"),
                    new Setting("", "state-directory", directory.resolve("state").toString())));
    return NodeModule.node(
        ((SettingsResult.Read) settings).settings(),
        catalog,
        InstalledPlugins.of(TestStrategies.all()),
        logging);
  }

  private String service(String id, String address) {
    return "services."
        + id
        + " { address = "
        + address
        + ", ports = [7443], endpoints = [\"127.0.0.1:"
        + endpoint.getLocalPort()
        + "\"] }\n";
  }

  private static String hello(String address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, 7443), 30_000);
      socket.setSoTimeout(30_000);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    }
  }

  private static HttpURLConnection open(InetSocketAddress admin, String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + admin.getPort() + path).toURL().openConnection();
    connection.setReadTimeout(Math.toIntExact(Duration.ofSeconds(60).toMillis()));
    connection.setRequestProperty("Connection", "close");
    return connection;
  }

  private static int code(InetSocketAddress admin, String path) throws IOException {
    return open(admin, path).getResponseCode();
  }

  private static String body(InetSocketAddress admin, String path) throws IOException {
    try (var in = open(admin, path).getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("sallyport-") && !name.equals("sallyport-log"))
        .toList();
  }
}
