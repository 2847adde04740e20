package io.sallyport.distribution.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.sallyport.control.security.Role;
import io.sallyport.control.security.TlsFiles;
import io.sallyport.control.security.TrialAuthority;
import io.sallyport.control.security.TrialAuthority.Holder;
import io.sallyport.distribution.acceptance.Command;
import io.sallyport.distribution.acceptance.Lab;
import io.sallyport.distribution.acceptance.Namespace;
import io.sallyport.distribution.acceptance.Until;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A control plane and three nodes in the closed network, each in a namespace of its own, and an
 * operator who works by the command line.
 */
final class ClosedFleet {
  private static final int CONTROL_HOST = 20;
  private static final int FIRST_NODE_HOST = 30;
  private static final int PORT = 9430;
  private static final String ADMIN = "127.0.0.1:9918";
  private static final Duration VALID = Duration.ofDays(2);

  private final Lab lab;
  private final Place place;
  private final ControlProcess control;
  private final List<Node> nodes = new ArrayList<>();
  private final Path client;

  /** A node: its namespace and its agent. */
  record Node(Namespace namespace, AgentProcess agent) {
    String name() {
      return agent.node();
    }
  }

  private ClosedFleet(Lab lab) throws Exception {
    this.lab = lab;
    Path directory = lab.directory();
    TrialAuthority authority =
        TrialAuthority.in(
            directory.resolve("fleet-ca"), Path.of(System.getProperty("java.home")), "sallyport");
    String host = Lab.address(CONTROL_HOST);
    Namespace namespace = lab.join("control", CONTROL_HOST);
    place = namespace::inside;
    control =
        lab.opened(
            ControlProcess.prepared(
                place,
                new ControlProcess.Plan(
                    "control-1",
                    host + ":" + PORT,
                    ADMIN,
                    authority.issue(
                        new Holder.Replica("control-1", List.of(host)), "control-1", VALID),
                    directory,
                    "")));
    TlsFiles olga = authority.issue(new Holder.Operator("olga", Role.EDITOR), "olga", VALID);
    client = Files.writeString(directory.resolve("client.conf"), client(olga, host));
    for (int i = 1; i <= 3; i++) {
      String name = "n" + i;
      Namespace node = i == 1 ? lab.node() : lab.join(name, FIRST_NODE_HOST + i);
      List<String> addresses = new ArrayList<>(List.of(host + ":" + PORT));
      if (i == 2) {
        addresses.add(ControlPlaneIT.CAPTURED + ":" + PORT);
      }
      AgentProcess agent =
          lab.opened(
              AgentProcess.prepared(
                  node::inside,
                  new AgentProcess.Plan(
                      name,
                      "z" + i,
                      addresses,
                      ADMIN,
                      authority.issue(new Holder.Node(name), name, VALID),
                      Path.of("/etc/hosts"),
                      directory,
                      "on-exit = keep")));
      nodes.add(new Node(node, agent));
    }
  }

  /** Makes the certificates and the namespaces; starts nothing. */
  static ClosedFleet in(Lab lab) throws Exception {
    return new ClosedFleet(lab);
  }

  private static String client(TlsFiles operator, String host) {
    return """
    control = ["%s:%d"]
    certificate = "%s"
    key = "%s"
    ca = "%s"
    """
        .formatted(host, PORT, operator.certificate(), operator.key(), operator.authorities());
  }

  ControlProcess control() {
    return control;
  }

  List<Node> nodes() {
    return List.copyOf(nodes);
  }

  Node node(int number) {
    return nodes.get(number - 1);
  }

  /** An operator's command, whatever comes of it. */
  Command attempt(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--client", client.toString()));
    return place.sallyport(all.toArray(String[]::new));
  }

  /** An operator's command that must succeed; the answer is what it wrote. */
  String order(String... words) {
    Command command = attempt(words);
    assertThat(command.code()).as(command.text()).isZero();
    return command.output();
  }

  /** An operator's command that must succeed and answers in JSON. */
  Config asked(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--json");
    return told(order(all.toArray(String[]::new))).getLast();
  }

  /** The objects in what a command wrote, one a line. */
  static List<Config> told(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith("{"))
        .map(line ->
            ConfigFactory.parseString(
                line, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON)))
        .toList();
  }

  /** Applies a catalog; the answer is the revision. */
  String apply(String comment, String text) throws Exception {
    Path file = Files.writeString(lab.directory().resolve("wanted.conf"), text);
    Config reply = asked("catalog", "apply", file.toString(), "--comment", comment, "--yes");
    assertThat(reply.getString("outcome")).as(reply.toString()).isEqualTo("applied");
    return reply.getString("revision");
  }

  /** All nodes, as {@code sallyport nodes --json} tells them. */
  List<? extends Config> states() {
    return states(order("nodes", "--json"));
  }

  private static List<? extends Config> states(String told) {
    return told(told).getLast().getConfigList("nodes");
  }

  Config state(String node) {
    return states().stream()
        .filter(state -> state.getString("node.name").equals(node))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no node " + node));
  }

  /** Waits until something holds of every node. */
  Duration await(String wanted, Duration bound, Predicate<Config> condition) {
    return Until.holds(
        wanted,
        bound,
        this::account,
        () -> {
          Command asked = attempt("nodes", "--json");
          if (asked.code() != 0) {
            return false;
          }
          List<? extends Config> states = states(asked.output());
          return states.size() == nodes.size() && states.stream().allMatch(condition);
        });
  }

  /** What the control plane says of the nodes, and what it and they have logged. */
  private String account() {
    StringBuilder text = new StringBuilder(attempt("nodes", "--json").output());
    text.append('\n').append(control.log());
    for (Node node : nodes) {
      text.append('\n').append(node.name()).append(":\n").append(node.agent().log());
    }
    return text.toString();
  }

  /** Whether a node has a revision, and all that it holds serves. */
  static boolean effective(Config state, String revision) {
    return has(state, revision) && state.getStringList("problems").isEmpty();
  }

  /** Whether a node is through with a revision, for better or worse. */
  static boolean has(Config state, String revision) {
    return state.getBoolean("attached")
        && state.hasPath("effective")
        && state.getString("effective").equals(revision);
  }
}
