package io.sallyport.benchmarks.measure;

import io.sallyport.benchmarks.contender.Contender;
import io.sallyport.benchmarks.contender.Lane;
import io.sallyport.benchmarks.contender.Route;
import io.sallyport.benchmarks.load.Backend;
import io.sallyport.benchmarks.load.Probe;
import io.sallyport.benchmarks.process.Daemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The addresses, the backends, and one contender at a time between them. */
public final class Bench implements AutoCloseable {
  /** All that listens here does so in 127.77.0.0/16, away from everything else. */
  static final int NETWORK_FIRST = 127;

  static final int NETWORK_SECOND = 77;

  private static final int HTTP = 18_080;
  private static final int BULK = 18_201;
  private static final Duration START = Duration.ofSeconds(30);

  private final Plan plan;
  private final Tools tools;
  private final Path directory;
  private final Backend backend;
  private final Daemon sink;

  private Bench(Plan plan, Tools tools, Path directory, Backend backend, Daemon sink) {
    this.plan = plan;
    this.tools = tools;
    this.directory = directory;
    this.backend = backend;
    this.sink = sink;
  }

  /** Starts the backends. */
  public static Bench open(Plan plan, Tools tools) {
    try {
      Path directory = Files.createTempDirectory("sallyport-benchmark-");
      try {
        Path nginx = Files.createDirectory(directory.resolve("nginx"));
        Backend backend = Backend.start(tools.nginx(), nginx, requests().endpoints());
        try {
          Daemon sink =
              tools.iperf().serve(bulk().endpoints().getFirst(), directory.resolve("iperf3.log"));
          return new Bench(plan, tools, directory, backend, sink);
        } catch (RuntimeException fault) {
          backend.close();
          throw fault;
        }
      } catch (RuntimeException fault) {
        delete(directory);
        throw fault;
      }
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  public Plan plan() {
    return plan;
  }

  public Tools tools() {
    return tools;
  }

  /** The way to the backend that answers requests: three addresses of one nginx. */
  static Route requests() {
    List<InetSocketAddress> endpoints = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      endpoints.add(new InetSocketAddress("127.77.1." + i, HTTP));
    }
    return new Route("requests", new InetSocketAddress("127.77.0.1", HTTP), endpoints, HTTP);
  }

  /**
   * The way to iperf3. It serves one client at a time and takes a probe for one, so health is
   * checked on the other backend's port.
   */
  static Route bulk() {
    return new Route(
        "bulk",
        new InetSocketAddress("127.77.0.2", BULK),
        List.of(new InetSocketAddress("127.77.1.1", BULK)),
        HTTP);
  }

  /** Many listeners, each with its own address and one endpoint. */
  static List<Route> many(int count) {
    List<InetSocketAddress> endpoints = requests().endpoints();
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      routes.add(
          new Route(
              "many" + i,
              new InetSocketAddress("127.77." + (16 + i / 250) + "." + (1 + i % 250), HTTP),
              List.of(endpoints.get(i % endpoints.size())),
              HTTP));
    }
    return routes;
  }

  /** Starts a contender in an empty directory, waits until it serves, and ends it afterwards. */
  void with(Contender contender, List<Route> routes, Consumer<Lane> work) {
    withStarting(
        contender,
        routes,
        (lane, files) -> {
          awaitAnswer(lane);
          work.accept(lane);
        });
  }

  /** The same without waiting. */
  void withStarting(Contender contender, List<Route> routes, Work work) {
    try {
      Path files = Files.createTempDirectory(directory, contender.id() + "-");
      try (Lane lane = contender.start(files, routes)) {
        work.on(lane, files);
      } finally {
        delete(files);
      }
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  /** Waits until a request is answered on the way that every measurement's routes have. */
  void awaitAnswer(Lane lane) {
    Probe.awaitAnswer(lane.entry(requests()), START, lane::alive, lane::tail);
  }

  /** What is done with a contender that runs. */
  @FunctionalInterface
  interface Work {
    void on(Lane lane, Path files);
  }

  /** Ends what runs and removes all files. A second call does nothing. */
  @Override
  public void close() {
    sink.close();
    backend.close();
    delete(directory);
  }

  private static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
