package io.sallyport.control.operate.rollout;

import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.server.Cohort;
import io.sallyport.control.server.Fleet;
import io.sallyport.control.store.Head;
import io.sallyport.control.store.v1.Stage;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.ServiceAck;
import io.sallyport.control.v1.ServiceState;
import io.sallyport.control.v1.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Sees how the nodes of a rollout's stages are. One thread at a time. */
final class FleetJudge {
  private static final int MOST_TOLD = 20;

  private final Fleet fleet;
  private final RolloutTimings timings;
  private final FailedSessions failed;
  private final Instant watchingSince;
  private Map<String, NodeState> nodes = new HashMap<>();

  /**
   * Makes one.
   *
   * @param fleet the whole fleet
   * @param watchingSince since when the fleet is watched here
   */
  FleetJudge(Fleet fleet, RolloutTimings timings, Instant watchingSince) {
    this.fleet = fleet;
    this.timings = timings;
    this.watchingSince = watchingSince;
    this.failed = new FailedSessions(timings.window());
  }

  /** Takes note of the fleet as it is now. */
  void look(Instant now) {
    List<NodeState> states = fleet.nodes();
    Map<String, NodeState> latest = new HashMap<>();
    states.forEach(state -> latest.put(state.getNode().getName(), state));
    nodes = latest;
    failed.sample(states, now);
  }

  /** How the nodes are that the stages up to the present one select. */
  Seen see(StoredRollout rollout, Head head, Instant now) {
    boolean release = underWay(rollout, head);
    Set<String> attached = attached(rollout);
    TreeSet<String> all = new TreeSet<>(attached);
    all.addAll(rollout.members().keySet());
    List<String> troubles = new ArrayList<>();
    List<String> late = new ArrayList<>();
    int troubled = 0;
    int waitedFor = 0;
    int effective = 0;
    for (String name : all) {
      NodeState state = nodes.get(name);
      List<String> its = new ArrayList<>();
      boolean lost = !attached.contains(name) && lost(state, now);
      if (lost) {
        its.add("node " + name + " has lost its stream");
      } else {
        waitedFor++;
        if (state != null && attached.contains(name) && effective(state, rollout.to())) {
          effective++;
        } else if (late.size() < MOST_TOLD) {
          late.add(name);
        }
      }
      if (state != null) {
        refused(state, rollout.from(), its);
        if (release && effective(state, rollout.to())) {
          notServing(state, rollout, head, its);
        }
      }
      troubled += its.isEmpty() ? 0 : 1;
      its.stream().limit(MOST_TOLD - troubles.size()).forEach(troubles::add);
    }
    return new Seen(
        release, waitedFor, effective, late, troubled, troubles, failing(rollout, all, now));
  }

  /** Those that begin the stage, each with the services that do not serve there now. */
  Map<String, StoredRollout.Member> members(StoredRollout rollout) {
    Map<String, StoredRollout.Member> members = new TreeMap<>(rollout.members());
    for (String name : attached(rollout)) {
      NodeState state = nodes.get(name);
      if (state != null && !members.containsKey(name)) {
        Set<String> not = new TreeSet<>();
        detailed(state).getServicesList().stream()
            .filter(service -> service.getReached() != Step.STEP_PUBLISH)
            .forEach(service -> not.add(service.getService()));
        members.put(name, new StoredRollout.Member(not, idle(state)));
      }
    }
    return members;
  }

  /** Whether the store has the rollout under way. */
  static boolean underWay(StoredRollout rollout, Head head) {
    return head.release()
        .filter(release -> release.plan().getRollout().equals(rollout.id()))
        .isPresent();
  }

  private OptionalDouble failing(StoredRollout rollout, Set<String> names, Instant now) {
    boolean measuring = rollout.state() instanceof RolloutState.Measuring;
    return measuring && now.isBefore(watchingSince.plus(timings.window()))
        ? OptionalDouble.empty()
        : OptionalDouble.of(failed.rate(names, now));
  }

  /** The nodes that are attached and that the stages up to the present one select. */
  private Set<String> attached(StoredRollout rollout) {
    List<Stage> stages =
        RolloutPlans.stages(rollout.plan()).stream().limit(rollout.state().stage() + 1L).toList();
    Set<String> names = new HashSet<>();
    nodes.forEach((name, state) -> {
      if (state.getAttached()
          && (rollout.members().containsKey(name)
              || stages.stream()
                  .anyMatch(stage -> Cohort.selects(rollout.id(), stage, identity(state))))) {
        names.add(name);
      }
    });
    return names;
  }

  private boolean lost(@Nullable NodeState state, Instant now) {
    Instant left = state == null ? watchingSince : Instant.ofEpochMilli(state.getSinceMillis());
    Instant from = left.isBefore(watchingSince) ? watchingSince : left;
    return !now.isBefore(from.plus(timings.grace()));
  }

  private static boolean effective(NodeState state, Revision target) {
    return Revisions.of(state.getEffective()).compareTo(target) >= 0;
  }

  private static void refused(NodeState state, Revision stable, List<String> troubles) {
    for (ServiceAck ack : state.getRejectedList()) {
      if (Revisions.of(ack.getVersion()).compareTo(stable) > 0) {
        troubles.add(
            "node "
                + state.getNode().getName()
                + " refuses service "
                + ack.getService()
                + why(ack.getRejected().getProblemsList()));
      }
    }
  }

  private void notServing(
      NodeState state, StoredRollout rollout, Head head, List<String> troubles) {
    String name = state.getNode().getName();
    StoredRollout.Member before = rollout.members().get(name);
    if (before == null || idle(state) == 0) {
      return;
    }
    // What is refused goes on with what it had; that it is refused is told already.
    Set<String> refused = new HashSet<>();
    state.getRejectedList().forEach(ack -> refused.add(ack.getService()));
    List<ServiceState> services = detailed(state).getServicesList();
    int idle = idle(state) - refused.size();
    if (services.isEmpty() && idle > before.idle() + added(head)) {
      // Attached to another replica, which tells no more than how many there are.
      troubles.add(
          "node "
              + name
              + " serves "
              + (idle - before.idle())
              + " services less than before: "
              + String.join("; ", state.getProblemsList()));
    }
    for (ServiceState service : services) {
      if (service.getReached() != Step.STEP_PUBLISH
          && !refused.contains(service.getService())
          && !before.notServing().contains(service.getService())
          && wasThere(head, service.getService())) {
        troubles.add(
            "node "
                + name
                + " no longer serves service "
                + service.getService()
                + why(service.getProblemsList()));
      }
    }
  }

  /** How many services that are declared for a node do not serve there. */
  private static int idle(NodeState state) {
    return state.getServicesDeclared() - state.getServicesServing();
  }

  /** The node with its services, where somebody must look at them. */
  private NodeState detailed(NodeState state) {
    return idle(state) == 0
        ? state
        : fleet.node(state.getNode().getName(), Fleet.Detail.SERVICES).orElse(state);
  }

  /** How many services the rollout brings that were not there before. */
  private static long added(Head head) {
    return head.newest().all().keySet().stream()
        .filter(key -> key.kind() == ResourceKey.Kind.SERVICE)
        .filter(key -> !wasThere(head, key.service()))
        .count();
  }

  private static boolean wasThere(Head head, String service) {
    return head.release()
        .filter(release -> release.stable().all().containsKey(ResourceKey.service(service)))
        .isPresent();
  }

  private static String why(List<io.sallyport.control.v1.Problem> problems) {
    return problems.isEmpty() ? "" : ": " + problems.getFirst().getMessage();
  }

  private static NodeIdentity identity(NodeState state) {
    var node = state.getNode();
    return new NodeIdentity(
        node.getName(),
        new Locality(node.getLocality().getRegion(), node.getLocality().getZone()),
        node.getLabelsMap());
  }
}
