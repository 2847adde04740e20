package io.sallyport.plugins.health.command;

import io.sallyport.api.config.ConfigSection;
import java.util.List;

/**
 * The settings of {@code command}.
 *
 * @param command the program's absolute path, and its arguments, in which {@code {address}}, {@code
 *     {port}}, {@code {endpoint}} and {@code {service}} stand for what is probed
 * @since 0.1
 */
public record CommandSettings(List<String> command) {
  /** Copies the list. */
  public CommandSettings {
    command = List.copyOf(command);
  }

  /** Reads the keys of a section. */
  static CommandSettings read(ConfigSection section) {
    List<String> command = section.texts("command");
    if (!section.has("command")) {
      section.problem("", "has no command", "add command = [\"/usr/local/bin/…\", \"{address}\"]");
    } else if (command.isEmpty()
        || !command.getFirst().startsWith("/")
        || command.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
      section.problem("command", "names no program", "write [\"/usr/local/bin/…\", \"{address}\"]");
    }
    return new CommandSettings(command);
  }
}
