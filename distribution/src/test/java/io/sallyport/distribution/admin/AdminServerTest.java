package io.sallyport.distribution.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.MetricRegistry;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.distribution.TestStatus;
import io.sallyport.distribution.json.RecordJson;
import io.sallyport.distribution.status.AgentStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class AdminServerTest {
  private final MetricRegistry metrics = new MetricRegistry();
  private final List<String> orders = new CopyOnWriteArrayList<>();
  private volatile List<String> unready = List.of();
  private volatile Supplier<CompletionStage<AgentStatus>> status =
      () -> CompletableFuture.completedFuture(TestStatus.oneServiceWithADeadZone());
  private final AdminServer server =
      AdminServer.open(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          new AdminPages(
              () -> unready, () -> status.get(), new PrometheusText(metrics), this::ordered));

  private CompletionStage<List<Integer>> ordered(
      String service, OptionalInt port, String endpoint, EndpointMode mode) {
    orders.add(service + " " + port + " " + endpoint + " " + mode);
    return CompletableFuture.completedFuture(
        endpoint.equals("none") ? List.of() : List.of(443, 5000));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private record Answer(int code, String type, String body) {}

  @Test
  void readyOnceNothingIsMissing() throws Exception {
    unready = List.of("icr: probing", "the first catalog is being applied");
    assertThat(get("/ready"))
        .isEqualTo(
            new Answer(
                503,
                "text/plain; charset=utf-8",
                "icr: probing\nthe first catalog is being applied\n"));
    unready = List.of();
    assertThat(get("/ready")).isEqualTo(new Answer(200, "text/plain; charset=utf-8", "ready\n"));
  }

  @Test
  void metricsAreInPrometheusForm() throws Exception {
    metrics.counter("sessions_total{service=\"icr\",port=\"443\"}").inc();
    Answer answer = get("/metrics");
    assertThat(answer.type()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.body())
        .contains("sallyport_sessions_total{port=\"443\",service=\"icr\"} 1.0\n");
  }

  @Test
  void theStatusReadsBackAsTheRecordThatItWas() throws Exception {
    Answer answer = get("/status");
    assertThat(answer.code()).isEqualTo(200);
    assertThat(answer.type()).isEqualTo("application/json");
    assertThat(RecordJson.read(answer.body(), AgentStatus.class))
        .isEqualTo(TestStatus.oneServiceWithADeadZone());
  }

  @Test
  void aStatusThatFailsIsToldAndTheServerGoesOn() throws Exception {
    status = () -> CompletableFuture.failedFuture(new IllegalStateException("no"));
    assertThat(get("/status"))
        .isEqualTo(
            new Answer(500, "text/plain; charset=utf-8", "this page failed; the log says why\n"));
    assertThat(get("/ready").code()).isEqualTo(200);
  }

  @Test
  void theIndexListsThePagesAndOtherPathsAreNotFound() throws Exception {
    assertThat(get("/").body()).contains("/ready", "/metrics", "/status");
    assertThat(get("/nothing").code()).isEqualTo(404);
    assertThat(get("/readyness").code()).isEqualTo(404);
  }

  @Test
  void onlyReadingIsAllowed() throws Exception {
    HttpURLConnection connection = open("/ready");
    connection.setRequestMethod("POST");
    assertThat(connection.getResponseCode()).isEqualTo(405);
    assertThat(connection.getHeaderField("Allow")).isEqualTo("GET, HEAD");
    HttpURLConnection head = open("/ready");
    head.setRequestMethod("HEAD");
    assertThat(head.getResponseCode()).isEqualTo(200);
  }

  @Test
  void anOrderNeedsAPostAndTheHeaderThatABrowserWillNotSend() throws Exception {
    String path = "/endpoint?service=my%20icr&endpoint=z1&mode=drain";
    assertThat(get(path))
        .isEqualTo(
            new Answer(
                405, "text/plain; charset=utf-8", "only POST, which sallyport endpoint does\n"));
    HttpURLConnection bare = open(path);
    bare.setRequestMethod("POST");
    assertThat(bare.getResponseCode()).isEqualTo(403);
    assertThat(orders).isEmpty();
    assertThat(post(path)).isEqualTo("200 443 5000\n");
    assertThat(post("/endpoint?service=icr&endpoint=z1&mode=maintenance&port=443"))
        .isEqualTo("200 443 5000\n");
    assertThat(orders)
        .containsExactly(
            "my icr OptionalInt.empty z1 DRAIN", "icr OptionalInt[443] z1 MAINTENANCE");
  }

  @Test
  void anOrderThatCannotBeFollowedIsToldSo() throws Exception {
    assertThat(post("/endpoint?service=icr&endpoint=none&mode=enabled"))
        .isEqualTo("404 there is no such endpoint\n");
    assertThat(post("/endpoint?service=icr&endpoint=z1&mode=off")).startsWith("400 ");
    assertThat(post("/endpoint?service=icr&endpoint=z1&mode=drain&port=x")).startsWith("400 ");
    assertThat(post("/endpoint")).startsWith("400 ");
  }

  @Test
  void anOrderMustAskByAddress() throws Exception {
    try (Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      String request =
          """
          POST /endpoint?service=icr&endpoint=z1&mode=drain HTTP/1.1
          Host: evil.test
          Sallyport-Command: POST
          Content-Length: 0
          Connection: close

          """;
      socket
          .getOutputStream()
          .write(request.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 403 ").contains("only by address, or as localhost");
    }
    assertThat(orders).isEmpty();
    assertThat(List.of("localhost", "127.0.0.1:9420", "[::1]:9420", "[::1]", "Localhost:1"))
        .allMatch(Query::namesAnAddress);
    assertThat(List.of("evil.test", "evil.test:9420", "", "127.0.0.1.evil.test", ":9420"))
        .noneMatch(Query::namesAnAddress);
  }

  private String post(String path) throws IOException {
    HttpURLConnection connection = open(path);
    connection.setRequestMethod("POST");
    connection.setRequestProperty(AdminServer.COMMAND_HEADER, "POST");
    int code = connection.getResponseCode();
    try (var in = code == 200 ? connection.getInputStream() : connection.getErrorStream()) {
      return code + " " + new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aPortInUseIsToldWithTheRemedy() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() ->
              AdminServer.open(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort()),
                  new AdminPages(
                      List::of, () -> status.get(), new PrometheusText(metrics), this::ordered)))
          .isInstanceOf(AdminPortException.class)
          .hasMessage(
              "the admin address 127.0.0.1:"
                  + taken.getLocalPort()
                  + " cannot be used: Address already in use; is it in use by another process?"
                  + " Choose another address with --admin ADDRESS:PORT or admin.address, or --admin"
                  + " off");
    }
  }

  @Test
  void clientsThatNeverFinishTheirRequestAreCutOffAndOthersServed() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 60; i++) {
        Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
        socket
            .getOutputStream()
            .write("GET /ready HTTP/1.1\r\nHost:".getBytes(StandardCharsets.US_ASCII));
        slow.add(socket);
      }
      // Far more than it takes at once: they are cut off after 5 s, and this one gets its turn.
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(() -> get("/ready").code() == 200);
      assertThat(adminThreads()).isLessThanOrEqualTo(32);
      Socket first = slow.getFirst();
      first.setSoTimeout(60_000);
      assertThat(first.getInputStream().read()).isEqualTo(-1);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void threadsEndWhenThereIsNothingToDo() throws Exception {
    get("/ready");
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> adminThreads() == 0);
  }

  private static long adminThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("sallyport-admin-"))
        .count();
  }

  private HttpURLConnection open(String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + server.address().getPort() + path)
                .toURL()
                .openConnection();
    connection.setConnectTimeout(30_000);
    connection.setReadTimeout(30_000);
    connection.setRequestProperty("Connection", "close");
    return connection;
  }

  private Answer get(String path) throws IOException {
    HttpURLConnection connection = open(path);
    int code = connection.getResponseCode();
    try (InputStream in = code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return new Answer(
          code, connection.getContentType(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
