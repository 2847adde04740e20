package io.sallyport.distribution.fleet;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.operate.client.ClientSettings;
import io.sallyport.control.operate.client.ControlAddress;
import io.sallyport.control.operate.client.OperationsClient;
import io.sallyport.control.operate.client.OperationsException;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.security.Role;
import io.sallyport.control.security.TlsFiles;
import io.sallyport.control.security.TrialAuthority;
import io.sallyport.control.security.TrialAuthority.Holder;
import io.sallyport.control.v1.ApplyHead;
import io.sallyport.control.v1.ApplyReply;
import io.sallyport.control.v1.Endpoint;
import io.sallyport.control.v1.Endpoints;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.NodesRequest;
import io.sallyport.control.v1.PortEndpoints;
import io.sallyport.control.v1.Resource;
import io.sallyport.control.v1.Service;
import io.sallyport.distribution.acceptance.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Replicas of a control plane and agents, as real processes on loopback addresses, with mutual TLS
 * and without root. All addresses are from a block of 127.0.0.0/8 that belongs to this process.
 *
 * <pre>
 *   127.x.y.1…   replicas, port 9430     127.x.y.21…  services that change, two a node
 *   127.x.y.5    admin ports             127.x.y.40   endpoint
 *   127.x.y.11…  services that stay      127.x.y.50   etcd
 * </pre>
 */
final class LoopbackFleet implements AutoCloseable {
  /** The agents' nodes. */
  static final List<String> NODES = List.of("n1", "n2", "n3");

  /** Where services listen. */
  static final int PORT = 7000;

  private static final int CONTROL_PORT = 9430;
  private static final int ADMIN_PORT = 9500;
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Duration CONNECTED = Duration.ofSeconds(60);
  private static final Duration VALID = Duration.ofDays(2);

  private final Path directory;
  private final String block;
  private final TrialAuthority authority;
  private final TlsFiles editor;
  private final EchoServer echo;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<AgentProcess> agents = new ArrayList<>();

  private LoopbackFleet(Path directory) throws IOException {
    this.directory = directory;
    long pid = ProcessHandle.current().pid();
    this.block = "127." + (64 + pid % 128) + "." + (pid / 128 % 256) + ".";
    this.authority =
        TrialAuthority.in(
            directory.resolve("ca"), Path.of(System.getProperty("java.home")), "sallyport");
    this.editor = authority.issue(new Holder.Operator("olga", Role.EDITOR), "olga", VALID);
    this.echo = opened(EchoServer.on(block + 40));
  }

  /** Makes the certificates and an endpoint; starts nothing else. */
  static LoopbackFleet in(Path directory) throws IOException {
    return new LoopbackFleet(directory);
  }

  /** An address of the block. */
  String address(int last) {
    return block + last;
  }

  TrialAuthority authority() {
    return authority;
  }

  Path directory() {
    return directory;
  }

  /** Where replica 1, 2 or 3 listens. */
  String controlAddress(int replica) {
    return block + replica + ":" + CONTROL_PORT;
  }

  /** A replica that is not started yet. */
  ControlProcess control(int replica, String settings) throws IOException {
    String name = "control-" + replica;
    TlsFiles tls =
        authority.issue(
            new Holder.Replica(name, List.of(block + replica, "localhost")), name, VALID);
    return opened(
        ControlProcess.prepared(
            Place.here(),
            new ControlProcess.Plan(
                name,
                controlAddress(replica),
                block + 5 + ":" + (ADMIN_PORT + replica),
                tls,
                directory,
                settings)));
  }

  /** An agent that is not started yet. */
  AgentProcess agent(String node, List<String> control) throws IOException {
    TlsFiles tls = authority.issue(new Holder.Node(node), node, VALID);
    Path hosts = Files.writeString(directory.resolve(node + ".hosts"), "127.0.0.1 localhost\n");
    AgentProcess agent =
        opened(
            AgentProcess.prepared(
                Place.here(),
                new AgentProcess.Plan(
                    node,
                    "z" + node.substring(1),
                    control,
                    block + 5 + ":" + (ADMIN_PORT + 10 + NODES.indexOf(node)),
                    tls,
                    hosts,
                    directory,
                    "injectors.loopback.enabled = false\nevent-loops = 1")));
    agents.add(agent);
    return agent;
  }

  /** All agents, started. */
  List<AgentProcess> startAgents(List<String> control) throws IOException {
    for (String node : NODES) {
      agent(node, control).start();
    }
    return List.copyOf(agents);
  }

  /** Hands over something that ends with the fleet, before what was opened earlier. */
  <T extends AutoCloseable> T opened(T resource) {
    opened.push(resource);
    return resource;
  }

  /** How the operator reaches the control plane. */
  ClientSettings editor(List<String> control) {
    return settings(control, editor);
  }

  /** How somebody with a certificate reaches it. */
  static ClientSettings settings(List<String> control, TlsFiles tls) {
    return new ClientSettings(
        control.stream().map(address -> ControlAddress.parse(address).orElseThrow()).toList(),
        new ClientSettings.Security.Tls(
            Optional.of(tls.authorities()),
            Optional.of(new ClientSettings.Identity(tls.certificate(), tls.key()))),
        Optional.empty(),
        DEADLINE);
  }

  /** Asks the control plane something, once; it answers, though perhaps not at once. */
  <T> T asked(List<String> control, Function<OperationsClient, T> question) {
    try (OperationsClient client = connected(control)) {
      return question.apply(client);
    }
  }

  private OperationsClient connected(List<String> control) {
    long start = System.nanoTime();
    while (true) {
      try {
        return OperationsClient.connect(editor(control));
      } catch (OperationsException silent) {
        if (System.nanoTime() - start > CONNECTED.toNanos()) {
          throw silent;
        }
      }
    }
  }

  /** The services that stay as they are, one a node. */
  List<Resource> steady() {
    List<Resource> all = new ArrayList<>();
    for (String node : NODES) {
      all.add(service("steady-" + node, 0));
    }
    return all;
  }

  /** The services that change, two a node. */
  List<String> changing() {
    return NODES.stream().flatMap(node -> List.of("a-" + node, "b-" + node).stream()).toList();
  }

  /** Where a service is. */
  String addressOf(String service) {
    int node = NODES.indexOf(nodeOf(service)) + 1;
    return switch (service.charAt(0)) {
      case 'a' -> block + (20 + node);
      case 'b' -> block + (25 + node);
      default -> block + (10 + node);
    };
  }

  /** The one node that a service is meant for. */
  static String nodeOf(String service) {
    return service.substring(service.lastIndexOf('-') + 1);
  }

  /** The public name that a service has after a change. */
  static String name(String service, int change) {
    return "c" + change + "." + service + ".test";
  }

  /** A service as it is after a change: another public name, and another weight of its endpoint. */
  Resource service(String service, int change) {
    String definition =
        """
        services {
          %s {
            names = [%s]
            address = %s
            ports = [{ listen = %d, endpoints = [\
        { name = stand-in, host = stand-in.invalid, port = 1, checked = false }] }]
            nodes { names = [%s] }
          }
        }
        """
            .formatted(service, name(service, change), addressOf(service), PORT, nodeOf(service));
    return Resource.newBuilder()
        .setService(Service.newBuilder().setName(service).setDefinition(definition))
        .setEndpoints(
            Endpoints.newBuilder()
                .setService(service)
                .addPorts(
                    PortEndpoints.newBuilder()
                        .setListen(PORT)
                        .addEndpoints(
                            Endpoint.newBuilder()
                                .setHost(address(40))
                                .setPort(echo.port())
                                .setWeight(1 + change % 100)
                                .setRole(Endpoint.Role.ROLE_PRIMARY)
                                .setMode(Endpoint.Mode.MODE_ENABLED))))
        .build();
  }

  /** Applies services, insists on success, and answers with the revision. */
  Revision applied(List<String> control, String comment, List<Resource> services) {
    ApplyReply reply =
        asked(
            control,
            client -> client.apply(ApplyHead.newBuilder().setComment(comment).build(), services));
    if (reply.getOutcome() != ApplyReply.Outcome.OUTCOME_APPLIED) {
      throw new AssertionError(comment + " came to " + reply);
    }
    return Revisions.of(reply.getRevision());
  }

  /** The nodes by their names, as the control plane sees them; none while it does not answer. */
  Map<String, NodeState> nodes(List<String> control) {
    try (OperationsClient client = OperationsClient.connect(editor(control))) {
      return client.nodes(NodesRequest.getDefaultInstance()).stream()
          .collect(Collectors.toMap(state -> state.getNode().getName(), Function.identity()));
    } catch (OperationsException gone) {
      return Map.of();
    }
  }

  /**
   * Waits until a revision, or a later one, is effective on nodes, and all that they have serves.
   */
  Duration awaitEffective(
      List<String> control, List<String> names, Revision revision, Duration bound) {
    return Until.holds(
        "revision " + revision + " effective on " + names,
        bound,
        () -> nodes(control) + "\n" + agents.stream().map(AgentProcess::log).toList(),
        () -> {
          Map<String, NodeState> nodes = nodes(control);
          return names.stream()
              .allMatch(name ->
                  Optional.ofNullable(nodes.get(name))
                      .filter(state -> effective(state, revision))
                      .isPresent());
        });
  }

  private static boolean effective(NodeState state, Revision revision) {
    return state.getAttached()
        && Revisions.of(state.getEffective()).compareTo(revision) >= 0
        && state.getRejectedCount() == 0
        && state.getServicesServing() == state.getServicesDeclared();
  }

  @Override
  public void close() {
    List<Exception> faults = new ArrayList<>();
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception fault) {
        faults.add(fault);
      }
    }
    if (!faults.isEmpty()) {
      IllegalStateException left = new IllegalStateException("something of the fleet was left");
      faults.forEach(left::addSuppressed);
      throw left;
    }
  }
}
