package io.sallyport.plugins.injection.hosts;

import io.sallyport.api.config.ConfigSection;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of the injector {@code hosts-file}.
 *
 * @param path the hosts file ({@code path}), absolute; a symbolic link is followed and kept
 * @param cloudInitTemplate the template to keep in step ({@code cloud-init-template}: {@code auto},
 *     {@code off} or an absolute path)
 * @param watchInterval how often the file is looked at for foreign changes ({@code
 *     watch-interval}); zero switches watching off
 * @param repairsPerMinute how often within a minute foreign changes are undone at most ({@code
 *     repairs-per-minute}), so that two writers do not fight over the file without end
 * @since 0.1
 */
public record HostsFileSettings(
    Path path, CloudInitTemplate cloudInitTemplate, Duration watchInterval, int repairsPerMinute) {
  /** The one place of the defaults. */
  public static final HostsFileSettings DEFAULTS =
      new HostsFileSettings(
          Path.of("/etc/hosts"), new CloudInitTemplate.Auto(), Duration.ofSeconds(1), 6);

  private static final Duration LONGEST_WATCH_INTERVAL = Duration.ofHours(1);
  private static final int MOST_REPAIRS = 600;

  static HostsFileSettings parse(ConfigSection section) {
    return new HostsFileSettings(
        section
            .text("path")
            .flatMap(text -> absolute(section, "path", text, "such as " + DEFAULTS.path))
            .orElse(DEFAULTS.path),
        section
            .text("cloud-init-template")
            .map(text -> template(section, text))
            .orElse(DEFAULTS.cloudInitTemplate),
        section.duration(
            "watch-interval", DEFAULTS.watchInterval, Duration.ZERO, LONGEST_WATCH_INTERVAL),
        section.integer("repairs-per-minute", DEFAULTS.repairsPerMinute, 1, MOST_REPAIRS));
  }

  private static CloudInitTemplate template(ConfigSection section, String text) {
    return switch (text) {
      case "auto" -> new CloudInitTemplate.Auto();
      case "off" -> new CloudInitTemplate.Off();
      default ->
          absolute(section, "cloud-init-template", text, "or write auto or off")
              .<CloudInitTemplate>map(CloudInitTemplate.At::new)
              .orElse(DEFAULTS.cloudInitTemplate);
    };
  }

  private static Optional<Path> absolute(
      ConfigSection section, String key, String text, String hint) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return Optional.of(path);
      }
      section.problem(key, "is not an absolute path", "start it with a slash, " + hint);
    } catch (InvalidPathException invalid) {
      section.problem(key, "is not a path: " + invalid.getReason(), "give a path, " + hint);
    }
    return Optional.empty();
  }
}
