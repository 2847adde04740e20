package io.sallyport.distribution.cli;

import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.EndpointState;
import io.sallyport.control.v1.NodeEvent;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.NodesRequest;
import io.sallyport.control.v1.ServiceState;
import io.sallyport.control.v1.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** What {@code sallyport nodes} does. */
final class NodeActions {
  private static final Duration REDRAW = Duration.ofMillis(250);

  private final ControlSettings settings;
  private final Terminal terminal;

  NodeActions(ControlSettings settings, Terminal terminal) {
    this.settings = settings;
    this.terminal = terminal;
  }

  /** All nodes. */
  int list(boolean check) {
    return ControlSession.with(
        settings,
        terminal,
        client -> {
          List<NodeState> nodes = client.nodes(NodesRequest.getDefaultInstance());
          if (terminal.json()) {
            terminal.line(
                JsonText.object("nodes", nodes.stream().map(MessageJson::members).toList()));
          } else {
            table().lines(nodes).forEach(terminal::line);
          }
          return check && !nodes.stream().allMatch(NodeTable::well)
              ? ControlSession.FAILED
              : ControlSession.DONE;
        });
  }

  /** One node, with its services. */
  int one(String name, boolean check) {
    return ControlSession.with(
        settings,
        terminal,
        client -> {
          List<NodeState> nodes =
              client.nodes(NodesRequest.newBuilder().addNames(name).setServices(true).build());
          if (nodes.isEmpty()) {
            terminal.wrong("no node " + name + " has ever attached; sallyport nodes lists them");
            return ControlSession.FAILED;
          }
          NodeState node = nodes.getFirst();
          if (terminal.json()) {
            terminal.line(JsonText.of(MessageJson.members(node)));
          } else {
            table().lines(nodes).forEach(terminal::line);
            services(node).forEach(terminal::line);
          }
          return check && !NodeTable.well(node) ? ControlSession.FAILED : ControlSession.DONE;
        });
  }

  /** The nodes as they change, until the control plane goes or somebody interrupts it. */
  int watch() {
    return ControlSession.with(
        settings,
        terminal,
        client -> {
          TreeMap<String, NodeState> nodes = new TreeMap<>();
          Redrawn screen = new Redrawn(terminal);
          Instant[] drawn = {Instant.EPOCH};
          client.watchNodes(
              NodesRequest.getDefaultInstance(),
              event -> {
                if (event.hasState()) {
                  nodes.put(event.getState().getNode().getName(), event.getState());
                }
                if (!terminal.person()) {
                  told(event);
                } else if (event.getComplete()
                    && (!event.hasState() || Instant.now().isAfter(drawn[0].plus(REDRAW)))) {
                  drawn[0] = Instant.now();
                  screen.show(table().lines(nodes.values()));
                }
              });
          return ControlSession.DONE;
        });
  }

  private void told(NodeEvent event) {
    if (terminal.json()) {
      terminal.line(JsonText.of(MessageJson.members(event)));
    } else if (event.hasState()) {
      terminal.line(Instant.now() + "  " + table().line(event.getState()));
    }
  }

  private List<String> services(NodeState node) {
    List<String> lines = new ArrayList<>();
    Paint paint = terminal.paint();
    if (!node.getServicesUnknown().isEmpty()) {
      return List.of(paint.odd("its services are not known: " + node.getServicesUnknown()));
    }
    for (ServiceState service : node.getServicesList()) {
      boolean serves = service.getReached() == Step.STEP_PUBLISH;
      lines.add("");
      lines.add(
          paint.strong(service.getService())
              + "  "
              + (serves ? paint.good("serving") : paint.odd("not serving"))
              + "  version "
              + Revisions.of(service.getVersion())
              + "  "
              + service.getSessions()
              + " sessions, "
              + service.getFailedSessions()
              + " failed");
      service
          .getProblemsList()
          .forEach(problem -> lines.add("  " + paint.bad("! ") + problem.getMessage()));
      for (EndpointState endpoint : service.getEndpointsList()) {
        lines.add(
            "  :"
                + endpoint.getListen()
                + "  "
                + endpoint.getName()
                + "  "
                + health(endpoint.getHealth(), paint)
                + "  "
                + endpoint.getLastCheck());
      }
    }
    return lines;
  }

  private static String health(EndpointState.Health health, Paint paint) {
    String word = health.name().replace("HEALTH_", "").toLowerCase(Locale.ROOT);
    return switch (health) {
      case HEALTH_UP -> paint.good(word);
      case HEALTH_DOWN -> paint.bad(word);
      case HEALTH_UNKNOWN, HEALTH_DRAINING, HEALTH_UNSPECIFIED, UNRECOGNIZED -> paint.odd(word);
    };
  }

  private NodeTable table() {
    return new NodeTable(terminal.paint(), terminal.size().columns(), Instant.now());
  }
}
