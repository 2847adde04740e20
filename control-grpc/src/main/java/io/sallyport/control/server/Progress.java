package io.sallyport.control.server;

import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.ServiceAck;
import io.sallyport.control.v1.ServiceState;
import io.sallyport.control.v1.Step;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How far each service of one node has come; a byte for each that is as it should be.
 *
 * <pre>
 *   SENT ──► ACCEPTED ──► SERVING ◄──► NOT_SERVING
 *     └────► REJECTED
 * </pre>
 *
 * <p>New content begins at SENT again. Not thread-safe.
 */
final class Progress {
  /** Details are kept of this many services; of the others only the stage. */
  private static final int DETAILED = 128;

  private final Compact compact;
  private Held held = Held.NOTHING;
  private byte[] stages = new byte[0];
  private final Map<String, ServiceAck> details = new HashMap<>(0);
  private final Map<String, Noted> noted = new HashMap<>(0);

  Progress(Compact compact) {
    this.compact = compact;
  }

  /** One service's. */
  enum Stage {
    SENT('s'),
    ACCEPTED('a'),
    REJECTED('r'),
    SERVING('S'),
    NOT_SERVING('n');

    private final byte code;

    Stage(char code) {
      this.code = (byte) code;
    }

    static Stage of(byte code) {
      return switch (code) {
        case 's' -> SENT;
        case 'a' -> ACCEPTED;
        case 'r' -> REJECTED;
        case 'S' -> SERVING;
        case 'n' -> NOT_SERVING;
        default -> throw new IllegalArgumentException("no stage: " + code);
      };
    }

    /** Whether the agent has yet to say how it ends. */
    boolean open() {
      return this == SENT || this == ACCEPTED;
    }
  }

  /**
   * A service that is not quite as it should be.
   *
   * @param unhealthy how many of its endpoints are down, more than the state may list
   */
  record Noted(ServiceState state, int unhealthy) {}

  /** The agent has this, and has not said yet what of it serves. */
  void has(Held now) {
    held = now;
    stages = new byte[now.services().size()];
    Arrays.fill(stages, Stage.ACCEPTED.code);
  }

  /**
   * The agent is to have this next.
   *
   * @param origins where its services stand in what it had; see {@link Transition}
   */
  void move(int[] origins, Held to) {
    byte[] after = new byte[origins.length];
    for (int s = 0; s < after.length; s++) {
      after[s] = origins[s] < 0 ? Stage.SENT.code : stages[origins[s]];
    }
    Held from = held;
    held = to;
    stages = after;
    details.keySet().removeIf(service -> differs(from, service));
    noted.keySet().removeIf(service -> differs(from, service));
  }

  /** What it is about now. */
  Held held() {
    return held;
  }

  /** Takes what an agent says of one service; nothing, when it is about other content. */
  void heard(ServiceAck ack) {
    int place = held.place(ack.getService());
    if (place < 0
        || (ack.hasVersion()
            && !Revisions.of(ack.getVersion()).equals(held.version(ack.getService())))) {
      return;
    }
    switch (ack.getOutcomeCase()) {
      case ACCEPTED -> {
        if (stage(place) == Stage.SENT) {
          set(place, Stage.ACCEPTED);
        }
      }
      case REJECTED -> {
        set(place, Stage.REJECTED);
        detail(place, ack);
      }
      case SERVING -> {
        set(place, Stage.SERVING);
        details.remove(held.services().get(place));
      }
      case NOT_SERVING -> {
        set(place, Stage.NOT_SERVING);
        detail(place, ack);
      }
      case OUTCOME_NOT_SET -> {}
    }
  }

  /** Takes how one service is now. */
  void heard(ServiceState state) {
    int place = held.place(state.getService());
    if (place < 0) {
      return;
    }
    String service = held.services().get(place);
    note(service, state);
    Stage stage = stage(place);
    boolean current =
        !state.hasVersion() || Revisions.of(state.getVersion()).equals(held.version(service));
    if (!current || stage == Stage.SENT || stage == Stage.REJECTED) {
      return;
    }
    if (state.getReached() == Step.STEP_PUBLISH) {
      set(place, Stage.SERVING);
      details.remove(service);
    } else if (state.getProblemsCount() > 0 || stage == Stage.SERVING) {
      ServiceAck.Builder ack =
          ServiceAck.newBuilder().setService(service).setVersion(state.getVersion());
      ack.getNotServingBuilder()
          .setStepValue(Math.min(Step.STEP_PUBLISH_VALUE, state.getReachedValue() + 1))
          .addAllProblems(state.getProblemsList());
      set(place, Stage.NOT_SERVING);
      detail(place, ack.build());
    }
  }

  /** What a complete report does not name is well, or is not there. */
  void onlyNoted(Set<String> named) {
    noted.keySet().retainAll(named);
  }

  /** Whether every service serves, or cannot. */
  boolean settled() {
    for (byte stage : stages) {
      if (Stage.of(stage).open()) {
        return false;
      }
    }
    return true;
  }

  /** How many services are rejected. */
  int rejected() {
    int rejected = 0;
    for (byte stage : stages) {
      rejected += stage == Stage.REJECTED.code ? 1 : 0;
    }
    return rejected;
  }

  /** As it is now. */
  View view() {
    return new View(held, stages.clone(), Map.copyOf(details), Map.copyOf(noted));
  }

  /** How it was at a moment. Immutable. */
  static final class View {
    private final Held held;
    private final byte[] stages;
    private final Map<String, ServiceAck> details;
    private final Map<String, Noted> noted;

    private View(
        Held held, byte[] stages, Map<String, ServiceAck> details, Map<String, Noted> noted) {
      this.held = held;
      this.stages = stages;
      this.details = details;
      this.noted = noted;
    }

    Held held() {
      return held;
    }

    /** How many services there are, in the order of those held. */
    int size() {
      return stages.length;
    }

    Stage stage(int place) {
      return Stage.of(stages[place]);
    }

    /** What was said of those that are refused or do not serve. */
    Map<String, ServiceAck> details() {
      return details;
    }

    /** Those of which the last report told something. */
    Map<String, Noted> noted() {
      return noted;
    }
  }

  private Stage stage(int place) {
    return Stage.of(stages[place]);
  }

  private void set(int place, Stage stage) {
    stages[place] = stage.code;
  }

  private void detail(int place, ServiceAck ack) {
    String service = held.services().get(place);
    if (details.size() < DETAILED || details.containsKey(service)) {
      details.put(service, compact.ack(ack, service));
    }
  }

  private void note(String service, ServiceState state) {
    int unhealthy = (int) state.getEndpointsList().stream().filter(Compact::unhealthy).count();
    boolean well =
        state.getReached() == Step.STEP_PUBLISH && unhealthy == 0 && state.getProblemsCount() == 0;
    if (well) {
      noted.remove(service);
      return;
    }
    boolean brief = noted.size() >= DETAILED && !noted.containsKey(service);
    ServiceState kept =
        brief
            ? ServiceState.newBuilder().setService(service).setReached(state.getReached()).build()
            : compact.state(state, service);
    noted.put(service, new Noted(kept, unhealthy));
  }

  private boolean differs(Held from, String service) {
    return held.place(service) < 0 || !held.version(service).equals(from.version(service));
  }
}
