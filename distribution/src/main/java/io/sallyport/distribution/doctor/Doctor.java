package io.sallyport.distribution.doctor;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.engine.status.ServiceStatus;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/**
 * Follows the way of each public name, link by link, as a client on this node would: what readers
 * of names say, whether the address is the node's, who accepts there, whether endpoints are up, TLS
 * with the name, and, where an image registry answers, the hosts that it sends its clients to.
 *
 * <pre>
 *   names → address → listener → endpoints → tls → registry
 * </pre>
 *
 * <p>It changes nothing. Names are examined beside each other, each step within its limit. It owns
 * its threads, which end when it is closed; one thread at a time may use it.
 *
 * @since 0.1
 */
public final class Doctor implements AutoCloseable {
  private final NodeFiles files;
  private final NodeTrust trust;
  private final Agent agent;
  private final Limits limits;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final ExecutorService examinations;
  private final ExecutorService steps;
  private final ScheduledExecutorService timer;

  /**
   * Makes a doctor.
   *
   * @param files where the node's configuration lies
   * @param trust whom the node's programs trust
   * @param agent the agent on this machine, if one answers
   * @param clock tells whether certificates are valid, and when name servers have had their time
   * @param random numbers questions to name servers
   */
  public Doctor(
      NodeFiles files,
      NodeTrust trust,
      Agent agent,
      Limits limits,
      InstantSource clock,
      RandomGenerator random) {
    this.files = files;
    this.trust = trust;
    this.agent = agent;
    this.limits = limits;
    this.clock = clock;
    this.random = random;
    var threads = Thread.ofPlatform().daemon().name("sallyport-doctor-", 0).factory();
    examinations = Executors.newFixedThreadPool(limits.atOnce(), threads);
    steps = Executors.newCachedThreadPool(threads);
    timer = Executors.newSingleThreadScheduledExecutor(threads);
  }

  /**
   * Examines names; blocks until all is found out.
   *
   * @param catalog where the names come from, in words
   * @param all every service of the catalog
   * @param names which of their names to examine
   */
  public DoctorReport examine(String catalog, List<NamedService> all, List<String> names) {
    HostsFile hosts = files.hostsFile();
    Writers writers = new Writers(hosts, files.cloudInitTemplates());
    SystemReaders system = new SystemReaders(limits.lookup(), steps, "getent");
    FurtherHosts further = new FurtherHosts(all, system, limits);
    PortExam.Tools tools =
        new PortExam.Tools(
            limits,
            new Deadlines(timer),
            files,
            trust,
            further,
            new ListenerOwner(Path.of("/proc")),
            clock.instant());
    Set<String> wanted = Set.copyOf(names);
    List<Future<NameFindings>> waiting = new ArrayList<>();
    for (NamedService service : all) {
      for (String name : service.names()) {
        if (wanted.contains(name)) {
          waiting.add(
              examinations.submit(() -> {
                List<HostsFile.Entry> named = hosts.naming(name);
                return findings(service, name, named, writers.naming(name), system, tools);
              }));
        }
      }
    }
    List<NameFindings> found = waiting.stream().map(Doctor::outcome).toList();
    List<Chain> chains = found.stream().flatMap(one -> one.chains().stream()).toList();
    return new DoctorReport(
        catalog,
        agent.words(),
        files.hosts().toString(),
        found,
        further.lacking(),
        chains.size(),
        Math.toIntExact(chains.stream().filter(Chain::broken).count()));
  }

  @Override
  public void close() {
    examinations.shutdownNow();
    steps.shutdownNow();
    timer.shutdownNow();
  }

  private NameFindings findings(
      NamedService service,
      String name,
      List<HostsFile.Entry> named,
      List<HostsLine> lines,
      SystemReaders system,
      PortExam.Tools tools) {
    Future<Link> address =
        steps.submit(() -> AddressLink.of(service.address(), agent.service(service)));
    List<Future<List<Link>>> ports = new ArrayList<>();
    for (NamedService.Port port : service.ports()) {
      ports.add(
          steps.submit(
              () -> new PortExam(tools, service, port, agent).links(name, outcome(address))));
    }
    List<Reading> readings = readings(name, named, system);
    Optional<ServiceStatus> said = agent.service(service);
    Link names =
        new NamesLink(
                name,
                Addresses.text(service.address()),
                files.hosts(),
                lines,
                readings,
                said,
                agent.tellsOnlyContainerd())
            .judge();
    List<Chain> chains = new ArrayList<>();
    for (int i = 0; i < ports.size(); i++) {
      List<Link> links = new ArrayList<>(List.of(names, outcome(address)));
      links.addAll(outcome(ports.get(i)));
      chains.add(new Chain(service.ports().get(i).number(), links));
    }
    return new NameFindings(
        name, service.id(), Addresses.text(service.address()), lines, readings, chains);
  }

  private List<Reading> readings(String name, List<HostsFile.Entry> named, SystemReaders system) {
    boolean systemWide = files.readByLibc();
    List<InetSocketAddress> servers =
        files.nameServers().stream()
            .flatMap(text -> Addresses.literal(text).stream())
            .map(server -> new InetSocketAddress(server, NameServers.PORT))
            .toList();
    NameServers nameServers = new NameServers(servers, limits.nameServers(), clock, random);
    Future<List<Reading>> dns = steps.submit(() -> nameServers.ask(name));
    String elsewhere = "reads /etc/hosts, not " + files.hosts();
    Future<Reading> libc =
        steps.submit(
            () -> systemWide ? system.libc(name) : Reading.unknown(SystemReaders.LIBC, elsewhere));
    Future<Reading> jvm =
        steps.submit(
            () -> systemWide ? system.jvm(name) : Reading.unknown(SystemReaders.JVM, elsewhere));
    List<Reading> readings = new ArrayList<>();
    readings.add(outcome(libc));
    readings.add(FileReaders.firstLine(named));
    readings.add(
        FileReaders.go(
            FileReaders.goOrder(files.nameServices("hosts").orElse(List.of())),
            named,
            outcome(dns)));
    readings.add(outcome(jvm));
    readings.addAll(outcome(dns));
    return readings;
  }

  private static <T> T outcome(Future<T> step) {
    try {
      return step.get();
    } catch (ExecutionException fault) {
      throw new IllegalStateException("the doctor's own fault", fault.getCause());
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interruption);
    }
  }
}
