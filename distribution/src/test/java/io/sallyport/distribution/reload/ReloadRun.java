package io.sallyport.distribution.reload;

import com.codahale.metrics.MetricRegistry;
import com.typesafe.config.ConfigFactory;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.config.Problems;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogResult;
import io.sallyport.distribution.hocon.HoconSection;
import io.sallyport.engine.DataPathSettings;
import io.sallyport.engine.Engine;
import io.sallyport.engine.EngineSettings;
import io.sallyport.engine.OnExit;
import io.sallyport.engine.Strategies;
import io.sallyport.engine.TransportChoice;
import io.sallyport.plugins.balancing.roundrobin.RoundRobinFactory;
import io.sallyport.plugins.health.tcp.TcpCheckFactory;
import io.sallyport.plugins.injection.hosts.HostsFileInjectorFactory;
import io.sallyport.plugins.injection.loopback.LoopbackInjectorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The program that {@link ReloadsIT} runs in a namespace: a node that reloads, and the account of
 * what it holds afterwards. Exit code 0 when nothing is wrong.
 */
final class ReloadRun {
  private static final String FOREIGN = "127.0.0.1 localhost\n# somebody else's line\n";
  private static final int WARM_UP = 50;
  private static final int LOOK = 250;
  private static final Duration CONVERGENCE = Duration.ofSeconds(60);

  private final Path hosts;
  private final MetricRegistry metrics = new MetricRegistry();
  private final CatalogReader reader;
  private final Engine engine;
  private final ChangingCatalog catalog;
  private Revision revision = Revision.NONE;

  private ReloadRun(Path directory, List<String> upstreams) throws IOException {
    hosts = Files.writeString(directory.resolve("hosts"), FOREIGN);
    Strategies strategies =
        new Strategies(
            Map.of("round-robin", new RoundRobinFactory()),
            Map.of("tcp", new TcpCheckFactory()),
            Map.of(
                "loopback",
                new LoopbackInjectorFactory(),
                "hosts-file",
                new HostsFileInjectorFactory()));
    reader = new CatalogReader(strategies.balancers(), strategies.healthChecks());
    Map<String, String> file =
        Map.of("path", hosts.toString(), "cloud-init-template", "off", "watch-interval", "1s");
    List<Strategy> injectors =
        List.of(
            injector(strategies, "loopback", Map.of()), injector(strategies, "hosts-file", file));
    engine =
        Engine.start(
            new EngineSettings(
                new DataPathSettings(TransportChoice.AUTO, 2, 16),
                0,
                List.of(),
                injectors,
                Duration.ofSeconds(30),
                64,
                Duration.ofSeconds(2),
                OnExit.WITHDRAW,
                Files.createDirectory(directory.resolve("state"))),
            strategies,
            event -> {},
            metrics,
            InstantSource.system(),
            RandomGenerator.of("L64X128MixRandom"));
    catalog = new ChangingCatalog(upstreams, new Random(20_260_101));
  }

  public static void main(String[] arguments) throws Exception {
    int reloads = Integer.parseInt(arguments[1]);
    List<String> upstreams = List.of("127.0.1.1", "127.0.1.2", "127.0.1.3");
    for (String upstream : upstreams) {
      EchoServer.start(upstream);
    }
    boolean well = new ReloadRun(Path.of(arguments[0]), upstreams).run(reloads);
    System.exit(well ? 0 : 1);
  }

  private static Strategy injector(Strategies strategies, String type, Map<String, String> keys) {
    Problems problems = new Problems();
    HostInjectorFactory<?> factory = strategies.hostInjectors().get(type);
    HoconSection section = new HoconSection(ConfigFactory.parseMap(keys).root(), type, problems);
    Strategy made = new Strategy(type, factory.parse(section));
    if (problems.refuse()) {
      throw new IllegalStateException(problems.all().toString());
    }
    return made;
  }

  private boolean run(int reloads) throws Exception {
    reload();
    settle();
    // Classes, pools and tables come with the first use; what comes later is a leak.
    try (SteadyTraffic traffic = SteadyTraffic.start()) {
      reloads(WARM_UP, traffic);
    }
    alone();
    // Probes that are in flight end meanwhile.
    Thread.sleep(1500);
    Holdings before = Holdings.now(metrics);

    long begun = System.nanoTime();
    SteadyTraffic traffic = SteadyTraffic.start();
    try (traffic) {
      reloads(reloads, traffic);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    System.out.printf(
        "%d reloads in %d s, %d requests in %d sessions of the untouched services, %d failed%n",
        reloads,
        took.toSeconds(),
        traffic.requests(),
        traffic.sessions(),
        traffic.failures().size());
    traffic.failures().stream().limit(20).forEach(System.out::println);

    alone();
    Holdings after = Holdings.now(metrics);
    for (int i = 0; i < 600 && !after.beyond(before).isEmpty(); i++) {
      Thread.sleep(100);
      after = Holdings.now(metrics);
    }
    List<String> left = after.beyond(before);
    System.out.println("held before: " + before.text() + "\nheld after:  " + after.text());
    System.out.println(left.isEmpty() ? "nothing was left behind" : "left behind: " + left);
    engine.stop().get(60, TimeUnit.SECONDS);
    boolean restored = Files.readString(hosts).equals(FOREIGN);
    System.out.println(restored ? "the hosts file is as it was" : Files.readString(hosts));
    return traffic.failures().isEmpty() && left.isEmpty() && restored;
  }

  private void reloads(int count, SteadyTraffic traffic) throws Exception {
    for (int i = 1; i <= count; i++) {
      catalog.any().ifPresent(traffic::bystander);
      catalog.change();
      reload();
      if (i % LOOK == 0) {
        settle();
      }
    }
  }

  /** Only the untouched services are left, and nobody uses any. */
  private void alone() throws Exception {
    catalog.clear();
    reload();
    settle();
    long end = System.nanoTime() + CONVERGENCE.toNanos();
    while (Holdings.now(metrics).sessions() > 0) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("sessions do not end");
      }
      Thread.sleep(100);
    }
  }

  private void reload() throws Exception {
    revision = revision.next();
    switch (reader.read("reloads.conf", catalog.text(), revision)) {
      case CatalogResult.Read(var read, var warnings, var files) -> {
        List<String> faults =
            engine.apply(read).get(60, TimeUnit.SECONDS).faults().stream()
                .filter(fault -> !fault.contains("no endpoint"))
                .toList();
        if (!faults.isEmpty()) {
          throw new IllegalStateException(String.join("; ", faults));
        }
      }
      case CatalogResult.Refused(var problems, var files) ->
          throw new IllegalStateException(problems.toString());
    }
  }

  /** Waits until the node is exactly what the catalog says. */
  private void settle() throws Exception {
    long end = System.nanoTime() + CONVERGENCE.toNanos();
    List<String> differences = differences();
    while (!differences.isEmpty()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("revision " + revision + ": " + differences);
      }
      Thread.sleep(20);
      differences = differences();
    }
  }

  private List<String> differences() throws IOException {
    return Holdings.differences(
        Map.of(
            "addresses", catalog.addresses(),
            "listeners", catalog.listeners(),
            "lines", catalog.lines()),
        Map.of(
            "addresses", Holdings.ownedAddresses(),
            "listeners", Holdings.openListeners(),
            "lines", Holdings.lines(hosts)));
  }
}
