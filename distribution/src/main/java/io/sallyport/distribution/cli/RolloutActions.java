package io.sallyport.distribution.cli;

import io.sallyport.control.operate.client.OperationsClient;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.OrderRolloutRequest.Order;
import io.sallyport.control.v1.Rollout;
import io.sallyport.control.v1.RolloutPlan;
import io.sallyport.control.v1.RolloutStage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code sallyport rollout} does with a rollout that has begun. */
final class RolloutActions {
  private final ControlSettings settings;
  private final Terminal terminal;

  RolloutActions(ControlSettings settings, Terminal terminal) {
    this.settings = settings;
    this.terminal = terminal;
  }

  int status(String id) {
    return ControlSession.with(
        settings,
        terminal,
        client -> {
          tell(client.rollout(id));
          return ControlSession.DONE;
        });
  }

  int watch(String id) {
    return ControlSession.with(settings, terminal, client -> watch(client, id));
  }

  int order(String id, String order) {
    return ControlSession.with(
        settings,
        terminal,
        client -> {
          tell(
              client.order(
                  id,
                  switch (order) {
                    case "pause" -> Order.ORDER_PAUSE;
                    case "resume" -> Order.ORDER_RESUME;
                    default -> Order.ORDER_ABORT;
                  }));
          return ControlSession.DONE;
        });
  }

  /** Follows one to its end. */
  int watch(OperationsClient client, String id) {
    Redrawn screen = new Redrawn(terminal);
    Rollout[] last = {Rollout.getDefaultInstance()};
    client.watchRollout(
        id,
        rollout -> {
          last[0] = rollout;
          if (terminal.json()) {
            terminal.line(JsonText.of(MessageJson.members(rollout)));
          } else if (terminal.person()) {
            screen.show(lines(rollout));
          } else {
            terminal.line(Instant.now() + "  " + line(rollout));
          }
        });
    if (!terminal.person() && !terminal.json()) {
      last[0].getTroublesList().forEach(trouble -> terminal.line("  ! " + trouble));
    }
    return switch (last[0].getState()) {
      case STATE_COMPLETED, STATE_NONE -> ControlSession.DONE;
      case STATE_RUNNING,
          STATE_PAUSED,
          STATE_HALTED,
          STATE_ROLLED_BACK,
          STATE_ABORTED,
          STATE_UNSPECIFIED,
          UNRECOGNIZED ->
          ControlSession.FAILED;
    };
  }

  private void tell(Rollout rollout) {
    if (terminal.json()) {
      terminal.line(JsonText.of(MessageJson.members(rollout)));
    } else {
      lines(rollout).forEach(terminal::line);
    }
  }

  private List<String> lines(Rollout rollout) {
    if (rollout.getState() == Rollout.State.STATE_NONE) {
      return List.of("there was never a rollout");
    }
    Paint paint = terminal.paint();
    List<String> lines = new ArrayList<>();
    lines.add(
        paint.strong("rollout " + rollout.getId())
            + "  "
            + state(rollout)
            + "  from revision "
            + Revisions.of(rollout.getFrom())
            + " to "
            + Revisions.of(rollout.getTo())
            + "  by "
            + rollout.getAuthor()
            + (rollout.getComment().isEmpty() ? "" : "  " + rollout.getComment()));
    RolloutPlan plan = rollout.getPlan();
    for (int i = 0; i < plan.getStagesCount(); i++) {
      boolean here = i == rollout.getStage();
      String text =
          "  stage "
              + (i + 1)
              + "  "
              + words(plan.getStages(i))
              + (here && rollout.getNodes() > 0
                  ? "  " + rollout.getNodesEffective() + " of " + rollout.getNodes() + " effective"
                  : "");
      lines.add(
          i < rollout.getStage()
              ? paint.good(text + "  done")
              : here ? paint.strong(text) : paint.faint(text));
    }
    lines.add("  " + rollout.getReason());
    rollout.getTroublesList().forEach(trouble -> lines.add("  " + paint.bad("! ") + trouble));
    return lines;
  }

  private String line(Rollout rollout) {
    return rollout.getId()
        + "  "
        + word(rollout.getState())
        + "  "
        + rollout.getNodesEffective()
        + "/"
        + rollout.getNodes()
        + "  "
        + rollout.getReason();
  }

  private String state(Rollout rollout) {
    Paint paint = terminal.paint();
    String word = word(rollout.getState());
    return switch (rollout.getState()) {
      case STATE_RUNNING, STATE_COMPLETED -> paint.good(word);
      case STATE_PAUSED, STATE_ABORTED, STATE_NONE -> paint.odd(word);
      case STATE_HALTED, STATE_ROLLED_BACK, STATE_UNSPECIFIED, UNRECOGNIZED -> paint.bad(word);
    };
  }

  private static String word(Rollout.State state) {
    return state.name().replace("STATE_", "").toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String words(RolloutStage stage) {
    List<String> words = new ArrayList<>();
    if (stage.getPercentage() > 0) {
      words.add(String.format(Locale.ROOT, "%s%%", stage.getPercentage()).replace(".0%", "%"));
    }
    stage.getZonesList().forEach(zone -> words.add("zone=" + zone));
    stage.getNodesList().forEach(node -> words.add("node=" + node));
    stage.getLabelsMap().forEach((key, value) -> words.add("label=" + key + "=" + value));
    return words.isEmpty() ? "every node" : String.join("+", words);
  }
}
