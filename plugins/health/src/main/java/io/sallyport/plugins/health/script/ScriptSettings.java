package io.sallyport.plugins.health.script;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.ProbeRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of {@code script}.
 *
 * @param steps in their order; a connect to the endpoint's own port stands before the first one
 *     where that is none itself
 * @param mostBytes how much of an answer is read
 * @since 0.1
 */
public record ScriptSettings(List<ScriptStep> steps, int mostBytes) {
  private static final int MOST_STEPS = 100;

  /** Copies the list. */
  public ScriptSettings {
    steps = List.copyOf(steps);
  }

  /** Reads the keys of a section. */
  static ScriptSettings read(ConfigSection section) {
    List<ScriptStep> steps = new ArrayList<>();
    for (ConfigSection each : section.sections("steps")) {
      ScriptStepReader.read(each).ifPresent(steps::add);
      each.finish();
    }
    if (!section.has("steps")) {
      section.problem("", "has no steps", "write steps = [{ send = \"…\" }, { expect = \"…\" }]");
    } else if (steps.size() > MOST_STEPS) {
      section.problem("steps", "are more than " + MOST_STEPS, "leave some out");
    }
    return new ScriptSettings(
        steps,
        (int) section.bytes("most-bytes", ProbeRequest.USUAL_BYTES, 16, ProbeRequest.MOST_BYTES));
  }
}
