package io.sallyport.plugins.health.command;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.api.health.ProbeCommands;

/**
 * Makes checks of type {@code command}.
 *
 * @since 0.1
 */
public final class CommandCheckFactory implements HealthCheckFactory<CommandSettings> {
  @Override
  public String type() {
    return "command";
  }

  @Override
  public Class<CommandSettings> settingsType() {
    return CommandSettings.class;
  }

  @Override
  public CommandSettings parse(ConfigSection section) {
    return CommandSettings.read(section);
  }

  /**
   * Makes a check.
   *
   * @throws IllegalStateException when this node runs no commands
   */
  @Override
  public HealthCheck create(CommandSettings settings, HealthCheckContext context) {
    ProbeCommands commands =
        context
            .commands()
            .orElseThrow(() ->
                new IllegalStateException(
                    "this node runs no commands for checks; its owner can allow them with"
                        + " external-commands = allow"));
    return new CommandCheck(settings.command(), commands, context.ticker());
  }
}
