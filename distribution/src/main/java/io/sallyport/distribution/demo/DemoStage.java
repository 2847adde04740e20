package io.sallyport.distribution.demo;

import io.sallyport.api.plugin.Ticker;
import io.sallyport.engine.Strategies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** Everything that the demo needs: a temporary directory, three zones, a node, a client. */
final class DemoStage implements AutoCloseable {
  /** What stands in the hosts file before the node comes, and must stand there afterwards. */
  static final String FOREIGN_HOSTS =
      """
      127.0.0.1 localhost
      # somebody else's line
      192.0.2.1 printer
      """;

  private static final int ZONES = 3;
  private static final Duration WARM_UP = Duration.ofMillis(1500);
  private static final Duration START = Duration.ofSeconds(15);
  private static final Duration STEP = Duration.ofMillis(20);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<DemoZone> zones = new ArrayList<>();
  private final DemoTally tally = new DemoTally();
  private final Ticker ticker;
  private final Duration length;
  private final Path directory;
  private final Path hosts;
  private final DemoNode node;
  private final DemoClient client;

  private DemoStage(
      Strategies strategies,
      InstantSource clock,
      Ticker ticker,
      RandomGenerator random,
      Duration length)
      throws IOException, GeneralSecurityException {
    this.ticker = ticker;
    this.length = length;
    try {
      directory = Files.createTempDirectory("sallyport-demo");
      opened.push(() -> remove(directory));
      hosts = Files.writeString(directory.resolve("hosts"), FOREIGN_HOSTS);
      Path state = Files.createDirectory(directory.resolve("state"));
      List<DemoService> all = new ArrayList<>(DemoService.FIRST);
      all.add(DemoService.LATER);
      List<String> names = all.stream().flatMap(service -> service.names().stream()).toList();
      DemoCertificate certificate = DemoCertificate.of(names, clock.instant());
      openZones(all, certificate.server());
      node = DemoNode.start(strategies, hosts, state, clock, random);
      opened.push(node);
      node.apply(DemoCatalog.text(DemoService.FIRST, List.of(1, 1, 1)));
      client = new DemoClient(hosts, certificate.client());
      awaitNames();
    } catch (IOException | GeneralSecurityException | RuntimeException fault) {
      close();
      throw fault;
    }
  }

  /**
   * Sets it: the node serves when this returns.
   *
   * @throws DemoFailure when this machine lacks something
   */
  static DemoStage set(
      Strategies strategies,
      InstantSource clock,
      Ticker ticker,
      RandomGenerator random,
      Duration length) {
    try {
      return new DemoStage(strategies, clock, ticker, random, length);
    } catch (IOException fault) {
      throw new DemoFailure("the demo cannot be set up: " + fault.getMessage());
    } catch (GeneralSecurityException fault) {
      throw new DemoFailure("this Java cannot make a certificate: " + fault.getMessage());
    }
  }

  /**
   * Plays the demo and tells what it came to.
   *
   * @return whether every request was answered, and the hosts file is as it was
   */
  boolean play(DemoScreen screen) {
    screen.tell("A node, its clients and three zones of servers, all within 127.20.0.0/16.");
    screen.tell("The node's hosts file: " + hosts);
    screen.tell("");
    warmUp();
    new Demo(node, zones, client, tally, screen, ticker, length).play();
    long moved = node.moved();
    node.close();
    boolean restored = restored();
    DemoTally.Count count = tally.count();
    screen.tell("");
    screen.tell(
        String.format(
            Locale.ROOT,
            "%,d requests by public name, TLS verified: %d failed.",
            count.requests(),
            count.failed()));
    screen.tell(
        String.format(
            Locale.ROOT,
            "Half were answered within %s, 99 %% within %s, the slowest in %s.",
            millis(tally.within(0.5)),
            millis(tally.within(0.99)),
            millis(count.slowest())));
    screen.tell(
        String.format(
            Locale.ROOT,
            "%,d sessions moved on to another zone before their client noticed anything.",
            moved));
    screen.tell(
        restored
            ? "The node has stopped; its hosts file is byte for byte as it was."
            : "The node has stopped, but its hosts file is NOT as it was.");
    count.failures().forEach(failure -> screen.tell("failed: " + failure));
    return count.failed() == 0 && count.answered() > 0 && restored;
  }

  /** Leaves everything as it stands, and removes the files: for a process that ends now. */
  void abandon() {
    try {
      remove(directory);
    } catch (IOException stillInUse) {
      return;
    }
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception fault) {
        throw new IllegalStateException("the demo could not be cleared away", fault);
      }
    }
  }

  private void openZones(List<DemoService> services, SSLContext tls) throws IOException {
    for (int zone = 1; zone <= ZONES; zone++) {
      List<InetSocketAddress> addresses = new ArrayList<>();
      for (DemoService service : services) {
        InetAddress address = InetAddress.ofLiteral(service.endpoint(zone));
        service.ports().forEach(port -> addresses.add(new InetSocketAddress(address, port)));
      }
      DemoZone made = new DemoZone("z" + zone, tls, addresses);
      try {
        made.open();
      } catch (IOException taken) {
        throw new DemoFailure(
            "zone z"
                + zone
                + " cannot listen on "
                + addresses.getFirst()
                + ": "
                + taken.getMessage()
                + "; is another demo running?");
      }
      opened.push(made);
      zones.add(made);
    }
  }

  private void awaitNames() {
    List<String> names =
        DemoService.FIRST.stream().flatMap(service -> service.names().stream()).toList();
    long start = ticker.nanos();
    while (!names.stream().allMatch(client::knows)) {
      if (ticker.nanos() - start > START.toNanos()) {
        throw new DemoFailure("the node does not serve: " + node.status().faults());
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
  }

  /** The first requests wait for the JVM's compiler, not for the network: only failures count. */
  private void warmUp() {
    long start = ticker.nanos();
    while (ticker.nanos() - start < WARM_UP.toNanos()) {
      for (DemoTarget target : Demo.targets(DemoService.FIRST)) {
        try {
          client.ask(target);
        } catch (IOException fault) {
          tally.failed(target.name() + ":" + target.port() + ": " + fault);
        }
      }
    }
  }

  private boolean restored() {
    try {
      return Files.readString(hosts).equals(FOREIGN_HOSTS);
    } catch (IOException gone) {
      return false;
    }
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (UncheckedIOException fault) {
      throw fault.getCause();
    }
  }
}
