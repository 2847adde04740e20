package io.sallyport.plugins.health.agent;

import io.sallyport.api.config.ConfigSection;
import java.util.Optional;

/**
 * The settings of {@code agent}.
 *
 * @param agentPort where the agent answers
 * @param send what it is told first; most agents need nothing
 * @since 0.1
 */
public record AgentSettings(int agentPort, Optional<String> send) {
  private static final int MOST_PORT = 65_535;

  /** Reads the keys of a section. */
  static AgentSettings read(ConfigSection section) {
    if (!section.has("agent-port")) {
      section.problem("", "has no agent-port", "add agent-port = …");
    }
    return new AgentSettings(section.integer("agent-port", 1, 1, MOST_PORT), section.text("send"));
  }
}
