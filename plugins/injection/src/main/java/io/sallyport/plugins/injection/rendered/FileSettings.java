package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.config.ConfigSection;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings that all injectors have which write files of their own.
 *
 * @param path the file ({@code path}), or for containerd the directory ({@code directory}),
 *     absolute
 * @param reload the command that tells the program ({@code reload}: a list, or {@code off}), run
 *     without a shell; empty for none
 * @param reloadTimeout how long the command may take ({@code reload-timeout})
 * @param watchInterval how often the file is looked at for foreign changes ({@code
 *     watch-interval}); zero switches watching off
 * @param repairsPerMinute how often within a minute foreign changes are undone at most ({@code
 *     repairs-per-minute})
 * @since 0.1
 */
public record FileSettings(
    Path path,
    List<String> reload,
    Duration reloadTimeout,
    Duration watchInterval,
    int repairsPerMinute) {
  private static final Duration RELOAD_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration SHORTEST_RELOAD = Duration.ofMillis(100);
  private static final Duration LONGEST_RELOAD = Duration.ofMinutes(1);
  private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);
  private static final Duration LONGEST_WATCH_INTERVAL = Duration.ofHours(1);
  private static final int REPAIRS = 6;
  private static final int MOST_REPAIRS = 600;

  /** Copies the command. */
  public FileSettings {
    reload = List.copyOf(reload);
  }

  /** What holds where nothing is said. */
  static FileSettings defaults(String path, String... reload) {
    return new FileSettings(
        Path.of(path), List.of(reload), RELOAD_TIMEOUT, WATCH_INTERVAL, REPAIRS);
  }

  static FileSettings parse(ConfigSection section, String pathKey, FileSettings defaults) {
    return new FileSettings(
        absolute(section, pathKey, defaults.path).orElse(defaults.path),
        section.has("reload") ? command(section, defaults.reload) : defaults.reload,
        section.duration("reload-timeout", defaults.reloadTimeout, SHORTEST_RELOAD, LONGEST_RELOAD),
        section.duration(
            "watch-interval", defaults.watchInterval, Duration.ZERO, LONGEST_WATCH_INTERVAL),
        section.integer("repairs-per-minute", defaults.repairsPerMinute, 1, MOST_REPAIRS));
  }

  /** The absolute path that a key holds; anything else is a problem. */
  static Optional<Path> absolute(ConfigSection section, String key, Path example) {
    Optional<String> text = section.text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path path = Path.of(text.get());
      if (path.isAbsolute()) {
        return Optional.of(path.normalize());
      }
    } catch (InvalidPathException invalid) {
      // Told below, as any other text that is no path.
    }
    section.problem(key, "is not an absolute path", "start it with a slash, such as " + example);
    return Optional.empty();
  }

  private static List<String> command(ConfigSection section, List<String> example) {
    List<String> words = section.texts("reload");
    if (words.equals(List.of("off"))) {
      return List.of();
    }
    boolean sentence = words.size() == 1 && words.getFirst().strip().contains(" ");
    if (words.isEmpty() || words.getFirst().isBlank() || sentence) {
      section.problem(
          "reload",
          sentence ? "is one text, and no shell takes it apart" : "names no command",
          "write a list of the program and its arguments, such as [\""
              + String.join(
                  "\", \"", example.isEmpty() ? List.of("systemctl", "reload", "…") : example)
              + "\"], or off");
      return example;
    }
    return words;
  }
}
