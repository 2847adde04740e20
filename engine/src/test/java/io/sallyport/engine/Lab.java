package io.sallyport.engine;

import com.codahale.metrics.MetricRegistry;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.engine.event.EngineEvent;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.status.EndpointStatus;
import io.sallyport.engine.status.ListenerStatus;
import io.sallyport.engine.status.NodeStatus;
import io.sallyport.engine.status.ServiceStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real engine on loopback, and what tests do with it. */
final class Lab implements AutoCloseable {
  static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final List<EngineEvent> events = new CopyOnWriteArrayList<>();
  private final MetricRegistry metrics = new MetricRegistry();
  private final AtomicLong revision = new AtomicLong();
  private final Path state;
  private final Engine engine;

  Lab(HostInjectorFactory<?>... injectors) {
    this(settings -> settings, injectors);
  }

  Lab(List<? extends BalancerFactory<?>> balancers) {
    this(settings -> settings, TestStrategies.with(balancers));
  }

  Lab(UnaryOperator<EngineSettings> adjust, HostInjectorFactory<?>... injectors) {
    this(adjust, TestStrategies.with(injectors), injectors);
  }

  Lab(
      UnaryOperator<EngineSettings> adjust,
      Strategies strategies,
      HostInjectorFactory<?>... injectors) {
    try {
      state = Files.createTempDirectory("sallyport-lab");
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
    EngineSettings settings =
        adjust.apply(
            new EngineSettings(
                new DataPathSettings(TransportChoice.AUTO, 2, 64),
                0,
                List.of(),
                Stream.of(injectors)
                    .map(TestStrategies.Recording.class::cast)
                    .map(TestStrategies.Recording::strategy)
                    .toList(),
                Duration.ofMillis(200),
                64,
                Duration.ofMillis(500),
                OnExit.KEEP,
                state));
    engine =
        Engine.start(
            settings,
            strategies,
            events::add,
            metrics,
            InstantSource.system(),
            RandomGenerator.of("L64X128MixRandom"));
  }

  Engine engine() {
    return engine;
  }

  MetricRegistry metrics() {
    return metrics;
  }

  ApplyReport apply(Service... services) {
    try {
      return applying(services).get(20, TimeUnit.SECONDS);
    } catch (Exception fault) {
      throw new AssertionError(fault);
    }
  }

  /** Applies and waits for nothing. */
  CompletableFuture<ApplyReport> applying(Service... services) {
    return engine.apply(
        new Catalog(new Revision(1, revision.incrementAndGet()), Arrays.asList(services)));
  }

  /** Applies and waits until every service has been judged. */
  void serve(Service... services) {
    apply(services);
    eventually(() ->
        status().services().stream()
            .allMatch(service ->
                service.phase().equals("serving")
                    && service.listeners().stream()
                        .flatMap(listener -> listener.endpoints().stream())
                        .allMatch(EndpointStatus::proven)));
  }

  NodeStatus status() {
    try {
      return engine.status().get(20, TimeUnit.SECONDS);
    } catch (Exception fault) {
      throw new AssertionError(fault);
    }
  }

  /** Every session that there is, as the engine sees it. */
  List<String> sessions() {
    try {
      return engine.sessions().get(20, TimeUnit.SECONDS);
    } catch (Exception fault) {
      throw new AssertionError(fault);
    }
  }

  ServiceStatus service(String id) {
    return status().services().stream()
        .filter(service -> service.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no service " + id));
  }

  ListenerStatus listener(String id) {
    return service(id).listeners().getFirst();
  }

  EndpointStatus endpoint(String id, String name) {
    return listener(id).endpoints().stream()
        .filter(endpoint -> endpoint.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no endpoint " + name));
  }

  <E extends EngineEvent> List<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The end of the only session, or of the last one, once as many have ended. */
  SessionEnded ended(int count) {
    eventually(() -> events(SessionEnded.class).size() >= count);
    return events(SessionEnded.class).get(count - 1);
  }

  static void eventually(BooleanSupplier condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .until(condition::getAsBoolean);
  }

  static Socket connect(int port) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(15_000);
    socket.connect(new InetSocketAddress(LOOPBACK, port), 15_000);
    return socket;
  }

  /** Connects, and reads until the other side ends. */
  static String ask(int port) throws IOException {
    try (Socket socket = connect(port)) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** A port that was free a moment ago. */
  static int freePort() {
    try (ServerSocket probe = new ServerSocket(0, 1, LOOPBACK)) {
      return probe.getLocalPort();
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  static Endpoint endpoint(int port) {
    return endpoint("e" + port, port, EndpointRole.PRIMARY);
  }

  static Endpoint backup(int port) {
    return endpoint("e" + port, port, EndpointRole.BACKUP);
  }

  static Endpoint endpoint(String name, int port, EndpointRole role) {
    return new Endpoint(name, "127.0.0.1", port, "", 1, role, EndpointMode.ENABLED, true);
  }

  static Service service(String id, int listen, Endpoint... endpoints) {
    return service(id, port -> port, listen, endpoints);
  }

  static Service service(
      String id, UnaryOperator<ServicePort> adjust, int listen, Endpoint... endpoints) {
    return new Service(
        id,
        List.of(new HostName(id + ".example.com")),
        LOOPBACK,
        List.of(adjust.apply(port(listen, endpoints))));
  }

  static ServicePort port(int listen, Endpoint... endpoints) {
    return new ServicePort(
        listen,
        List.of(endpoints),
        TestStrategies.ROTATE,
        new HealthPolicy(
            TestStrategies.CONNECT,
            Duration.ofMillis(500),
            Duration.ofMillis(100),
            Duration.ofMillis(200),
            Duration.ofMillis(500),
            2,
            3,
            OptionalInt.empty()),
        new Timeouts(
            Duration.ofSeconds(2),
            Duration.ofMillis(100),
            Duration.ofHours(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10)),
        new TcpOptions(Duration.ofSeconds(60), Duration.ofSeconds(10), 3, Duration.ofSeconds(30)),
        4,
        0,
        OnDown.KEEP_SESSIONS,
        OnUp.KEEP_BACKUP_SESSIONS,
        AllDown.FAIL_OPEN);
  }

  static ServicePort timeouts(ServicePort port, UnaryOperator<Timeouts> adjust) {
    return new ServicePort(
        port.listen(),
        port.endpoints(),
        port.balancer(),
        port.health(),
        adjust.apply(port.timeouts()),
        port.tcp(),
        port.connectAttempts(),
        port.maxSessions(),
        port.onDown(),
        port.onUp(),
        port.allDown());
  }

  static ServicePort health(ServicePort port, Duration interval) {
    HealthPolicy old = port.health();
    return new ServicePort(
        port.listen(),
        port.endpoints(),
        port.balancer(),
        new HealthPolicy(
            old.check(),
            interval,
            interval,
            interval,
            old.timeout(),
            old.rise(),
            old.fall(),
            old.port()),
        port.timeouts(),
        port.tcp(),
        port.connectAttempts(),
        port.maxSessions(),
        port.onDown(),
        port.onUp(),
        port.allDown());
  }

  static ServicePort policies(
      ServicePort port, int maxSessions, OnDown onDown, OnUp onUp, AllDown allDown) {
    return new ServicePort(
        port.listen(),
        port.endpoints(),
        port.balancer(),
        port.health(),
        port.timeouts(),
        port.tcp(),
        port.connectAttempts(),
        maxSessions,
        onDown,
        onUp,
        allDown);
  }

  @Override
  public void close() {
    try {
      engine.stop().get(20, TimeUnit.SECONDS);
      try (Stream<Path> files = Files.walk(state)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (Exception fault) {
      throw new AssertionError(fault);
    }
  }
}
