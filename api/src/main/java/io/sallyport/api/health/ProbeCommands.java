package io.sallyport.api.health;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Runs commands for health checks, outside all loops.
 *
 * @since 0.1
 */
public interface ProbeCommands {
  /**
   * Runs a command without input. Its output and its errors are read together, and only their
   * beginning is kept. A command that outlives its time is killed, with what it started. Returns at
   * once; never completes exceptionally.
   *
   * @param command the program's path, and its arguments
   * @param environment in place of the agent's own
   * @param timeout when to kill it
   * @param mostBytes how much of its output is kept
   */
  CompletionStage<Outcome> run(
      List<String> command, Map<String, String> environment, Duration timeout, int mostBytes);

  /** How a command ended. */
  sealed interface Outcome {
    /** By itself. */
    record Ended(int code, String output) implements Outcome {}

    /** It was killed, since its time was over. */
    record TimedOut(String output) implements Outcome {}

    /**
     * It could not be started.
     *
     * @param reason the system's words
     */
    record Unable(String reason) implements Outcome {}
  }
}
