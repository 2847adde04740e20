package io.sallyport.api.injection;

import java.util.Map;

/**
 * What an injector found and did.
 *
 * @param outcomes one for each binding that was desired
 * @param changes how many lines, addresses or records were added, changed or removed
 * @param note what the operator should know beyond single bindings (a foreign writer, a file that
 *     is read-only); empty when all is well
 * @since 0.1
 */
public record InjectionReport(Map<HostBinding, Outcome> outcomes, int changes, String note) {
  /** Copies the outcomes. */
  public InjectionReport {
    outcomes = Map.copyOf(outcomes);
  }

  /** What became of one binding. */
  public sealed interface Outcome {
    /** It is there. */
    record InPlace() implements Outcome {}

    /**
     * It is not there.
     *
     * @param reason what the node said
     * @param remedy what a person can do
     */
    record Refused(String reason, String remedy) implements Outcome {}
  }
}
