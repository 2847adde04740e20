package io.sallyport.control.server;

import io.sallyport.api.config.ConfigSection;
import java.time.Duration;

/**
 * How a control plane treats its agents.
 *
 * @param maxAgents streams at once
 * @param helloTimeout how long an agent has for its Hello
 * @param answerTimeout how long it has to answer a Delta
 * @param firstSyncs how many agents may fetch what they lack at once
 * @param firstSyncsWaiting how many may wait for that; those past it are sent away for a time
 * @param deltaBytes how large a Delta may be; what is larger comes in parts
 * @param messageBytes how large a message of an agent's other than its Hello may be
 * @param messagesPerSecond how many messages of an agent are read; others wait at the agent
 * @param maxAge how long a stream lives, give or take half of it
 * @param debounceLeast the pause behind a change that went out at once
 * @param debounceMost the longest pause
 * @param reportsPerSecond how many agents are asked for a report
 * @param forgetAfter how long a node is listed whose agent has left
 * @since 0.1
 */
public record AgentsSettings(
    int maxAgents,
    Duration helloTimeout,
    Duration answerTimeout,
    int firstSyncs,
    int firstSyncsWaiting,
    int deltaBytes,
    int messageBytes,
    int messagesPerSecond,
    Duration maxAge,
    Duration debounceLeast,
    Duration debounceMost,
    int reportsPerSecond,
    Duration forgetAfter) {
  /** What holds where nothing is said. */
  public static final AgentsSettings DEFAULT =
      new AgentsSettings(
          20_000,
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          64,
          5_000,
          1 << 20,
          4 << 20,
          20,
          Duration.ofMinutes(30),
          Duration.ofMillis(50),
          Duration.ofSeconds(1),
          200,
          Duration.ofHours(24));

  /** Reads them; problems are collected in the section. */
  public static AgentsSettings parse(ConfigSection section) {
    AgentsSettings parsed =
        new AgentsSettings(
            section.integer("max-agents", DEFAULT.maxAgents, 1, 1_000_000),
            duration(section, "hello-timeout", DEFAULT.helloTimeout),
            duration(section, "answer-timeout", DEFAULT.answerTimeout),
            section.integer("first-syncs", DEFAULT.firstSyncs, 1, 100_000),
            section.integer("first-syncs-waiting", DEFAULT.firstSyncsWaiting, 0, 1_000_000),
            bytes(section, "delta-bytes", DEFAULT.deltaBytes),
            bytes(section, "message-bytes", DEFAULT.messageBytes),
            section.integer("messages-per-second", DEFAULT.messagesPerSecond, 1, 10_000),
            section.duration(
                "max-age", DEFAULT.maxAge, Duration.ofSeconds(10), Duration.ofDays(30)),
            pause(section, "debounce-least", DEFAULT.debounceLeast),
            pause(section, "debounce-most", DEFAULT.debounceMost),
            section.integer("reports-per-second", DEFAULT.reportsPerSecond, 1, 100_000),
            section.duration(
                "forget-after", DEFAULT.forgetAfter, Duration.ofSeconds(1), Duration.ofDays(365)));
    if (parsed.debounceLeast.compareTo(parsed.debounceMost) > 0) {
      section.problem(
          "debounce-least",
          "is longer than debounce-most",
          "make it at most " + parsed.debounceMost.toMillis() + "ms");
    }
    section.finish();
    return parsed;
  }

  private static Duration duration(ConfigSection section, String key, Duration fallback) {
    return section.duration(key, fallback, Duration.ofSeconds(1), Duration.ofHours(1));
  }

  private static Duration pause(ConfigSection section, String key, Duration fallback) {
    return section.duration(key, fallback, Duration.ofMillis(1), Duration.ofMinutes(1));
  }

  private static int bytes(ConfigSection section, String key, int fallback) {
    return Math.toIntExact(section.bytes(key, fallback, 16 << 10, 64 << 20));
  }
}
