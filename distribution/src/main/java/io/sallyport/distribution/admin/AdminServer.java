package io.sallyport.distribution.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.distribution.json.RecordJson;
import io.sallyport.distribution.status.AgentStatus;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin port: {@code /ready}, {@code /metrics}, {@code /status} and an index. Read-only.
 *
 * <p>It has threads of its own, never the data path's: one that accepts, and one for each request
 * in flight, which end when they have had nothing to do for a while. Connections are bounded, and
 * each request and response has a time, so that slow or hostile clients cost no more than that.
 *
 * @since 0.1
 */
public final class AdminServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

  private static final int MOST_CONNECTIONS = 32;
  private static final int CHUNK = 16 * 1024;
  private static final Duration THREAD_IDLE = Duration.ofSeconds(5);
  private static final Duration STATUS_TIME = Duration.ofSeconds(5);
  private static final String TEXT = "text/plain; charset=utf-8";

  /** Where {@code sallyport endpoint} posts. */
  public static final String ENDPOINT = "/endpoint";

  /** What it must say, with any value. */
  public static final String COMMAND_HEADER = "Sallyport-Command";

  private static final String JSON = "application/json";

  /** The JDK's server takes its limits from system properties only, the first time it is used. */
  private static final Map<String, String> LIMITS =
      Map.of(
          "jdk.httpserver.maxConnections", String.valueOf(MOST_CONNECTIONS),
          "sun.net.httpserver.maxIdleConnections", "8",
          "sun.net.httpserver.idleInterval", "10",
          "sun.net.httpserver.maxReqTime", "5",
          "sun.net.httpserver.maxRspTime", "15",
          "sun.net.httpserver.maxReqHeaderSize", "16384",
          "sun.net.httpserver.drainAmount", "16384",
          "sun.net.httpserver.nodelay", "true");

  private static final String CONTROL_INDEX =
      """
      Sallyport control plane. This port tells, and takes nothing.

      /ready    200 once agents are served; else 503 and the reasons, a line each
      /metrics  metrics in Prometheus' text format
      """;

  private static final String INDEX =
      """
      Sallyport agent. This port tells; what little it takes comes from sallyport endpoint.

      /ready    200 once the first catalog serves; else 503 and the reasons, a line each
      /metrics  metrics in Prometheus' text format
      /status   services, listeners, endpoints and what is wrong, as JSON (sallyport status)
      """;

  private static final Page NOTHING = new Page(404, TEXT, "nothing here; / lists what is\n");

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final AdminPages pages;

  private AdminServer(HttpServer server, AdminPages pages) {
    this.server = server;
    this.pages = pages;
    threads =
        new ThreadPoolExecutor(
            0,
            MOST_CONNECTIONS,
            THREAD_IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().name("sallyport-admin-", 0).daemon().factory());
  }

  /**
   * Listens and serves from now on.
   *
   * @param address where; port 0 lets the system choose
   * @throws AdminPortException when the address cannot be listened on
   */
  public static AdminServer open(InetSocketAddress address, AdminPages pages) {
    LIMITS.forEach((name, value) -> {
      if (System.getProperty(name) == null) {
        System.setProperty(name, value);
      }
    });
    HttpServer http;
    try {
      http = HttpServer.create(address, MOST_CONNECTIONS);
    } catch (IOException refused) {
      throw new AdminPortException(
          "the admin address "
              + Addresses.text(address.getAddress(), address.getPort())
              + " cannot be used: "
              + refused.getMessage()
              + "; is it in use by another process? Choose another address with --admin"
              + " ADDRESS:PORT or admin.address, or --admin off",
          refused);
    }
    AdminServer server = new AdminServer(http, pages);
    http.setExecutor(server.threads);
    http.createContext("/", server::handle);
    http.start();
    return server;
  }

  /** Where it listens, with the port that the system chose. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** Stops listening and ends its threads. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Page page;
      try {
        page = page(exchange);
      } catch (RuntimeException fault) {
        LOG.atError()
            .setCause(fault)
            .addKeyValue("uri", exchange.getRequestURI())
            .log("page failed");
        page = new Page(500, TEXT, "this page failed; the log says why\n");
      }
      var headers = exchange.getResponseHeaders();
      headers.set("Content-Type", page.type());
      headers.set("Cache-Control", "no-store");
      headers.set("X-Content-Type-Options", "nosniff");
      if (page.code() == 405) {
        headers.set(
            "Allow", exchange.getRequestURI().getPath().equals(ENDPOINT) ? "POST" : "GET, HEAD");
      }
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(page.code(), -1);
      } else {
        exchange.sendResponseHeaders(page.code(), 0);
        try (OutputStream out = new BufferedOutputStream(exchange.getResponseBody(), CHUNK)) {
          page.body().to(out);
        }
      }
    }
  }

  private Page page(HttpExchange exchange) {
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getPath();
    Optional<AdminPages.OfNode> node = pages.node();
    if (path.equals(ENDPOINT) && node.isPresent()) {
      return order(exchange, node.get());
    }
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return new Page(405, TEXT, "only GET and HEAD: this page changes nothing\n");
    }
    return switch (path) {
      case "/" -> new Page(200, TEXT, node.isPresent() ? INDEX : CONTROL_INDEX);
      case "/ready" -> ready();
      case "/metrics" -> metrics();
      case "/status" -> node.map(AdminServer::status).orElse(NOTHING);
      default -> NOTHING;
    };
  }

  /**
   * An operator's word on an endpoint. A browser that some page sends here cannot set the header
   * without asking first, which is answered no; nor does it help that a name of the page's own
   * leads here for once, for we must be asked by address; and other machines may look, not touch.
   */
  private Page order(HttpExchange exchange, AdminPages.OfNode node) {
    if (!exchange.getRequestMethod().equals("POST")) {
      return new Page(405, TEXT, "only POST, which sallyport endpoint does\n");
    }
    if (!exchange.getRemoteAddress().getAddress().isLoopbackAddress()) {
      return new Page(403, TEXT, "only from this machine\n");
    }
    if (exchange.getRequestHeaders().getFirst(COMMAND_HEADER) == null) {
      return new Page(403, TEXT, "the header " + COMMAND_HEADER + " is missing\n");
    }
    if (!Query.namesAnAddress(exchange.getRequestHeaders().getFirst("Host"))) {
      return new Page(403, TEXT, "only by address, or as localhost\n");
    }
    Map<String, String> said = Query.of(exchange.getRequestURI().getRawQuery());
    String service = said.getOrDefault("service", "");
    String endpoint = said.getOrDefault("endpoint", "");
    Optional<EndpointMode> mode = Query.mode(said.getOrDefault("mode", ""));
    Optional<OptionalInt> port = Query.port(said.getOrDefault("port", ""));
    if (service.isEmpty() || endpoint.isEmpty() || mode.isEmpty() || port.isEmpty()) {
      return new Page(
          400, TEXT, "service, endpoint, mode (enabled, drain, maintenance) and maybe port\n");
    }
    List<Integer> ports =
        soon(node.orders().order(service, port.get(), endpoint, mode.get()).toCompletableFuture());
    return ports.isEmpty()
        ? new Page(404, TEXT, "there is no such endpoint\n")
        : new Page(
            200, TEXT, String.join(" ", ports.stream().map(String::valueOf).toList()) + "\n");
  }

  /** What the engine answers within its time. */
  private static <T> T soon(CompletableFuture<T> answer) {
    try {
      return answer.get(STATUS_TIME.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException fault) {
      throw new IllegalStateException("the engine did not take an order", fault);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the agent stops", closing);
    }
  }

  private Page ready() {
    List<String> reasons = pages.unready().get();
    return reasons.isEmpty()
        ? new Page(200, TEXT, "ready\n")
        : new Page(503, TEXT, String.join("\n", reasons) + "\n");
  }

  private Page metrics() {
    MetricSnapshots now = pages.metrics().now();
    return new Page(200, PrometheusText.CONTENT_TYPE, out -> pages.metrics().write(now, out));
  }

  private static Page status(AdminPages.OfNode node) {
    try {
      AgentStatus status =
          node.status()
              .get()
              .toCompletableFuture()
              .get(STATUS_TIME.toMillis(), TimeUnit.MILLISECONDS);
      return new Page(200, JSON, out -> writeJson(status, out));
    } catch (TimeoutException slow) {
      return new Page(503, TEXT, "the engine has not answered within 5 s\n");
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      return new Page(503, TEXT, "the agent stops\n");
    } catch (ExecutionException fault) {
      throw new IllegalStateException("the engine could not tell its status", fault.getCause());
    }
  }

  private static void writeJson(AgentStatus status, OutputStream out) throws IOException {
    Writer json = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    RecordJson.write(status, json);
    json.flush();
  }

  /**
   * An answer. With thousands of services it is tens of megabytes, so it is written as it is made.
   */
  private record Page(int code, String type, Body body) {
    Page(int code, String type, String text) {
      this(code, type, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private interface Body {
    void to(OutputStream out) throws IOException;
  }
}
