package io.sallyport.distribution.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where and as whom a command runs.
 *
 * @param environment the process' environment variables
 * @param installation the directory of the installation; empty when run from elsewhere
 * @param home the user's home directory
 * @param root whether this process may do everything
 * @since 0.1
 */
public record Surroundings(
    Map<String, String> environment, Optional<Path> installation, Path home, boolean root) {
  private static final Path FOR_ROOT = Path.of("/var/lib/sallyport");
  private static final String NAME = "sallyport";

  /** Copies the map. */
  public Surroundings {
    environment = Map.copyOf(environment);
  }

  /** Those of this process. */
  public static Surroundings ofThisProcess() {
    return new Surroundings(
        System.getenv(),
        Optional.ofNullable(System.getProperty("sallyport.home")).map(Path::of),
        Path.of(System.getProperty("user.home", "/")),
        rootHere());
  }

  /** The settings file that is read when none is named; it need not exist. */
  public Optional<Path> settingsFile() {
    return Optional.ofNullable(environment.get("SALLYPORT_HOME"))
        .filter(text -> !text.isEmpty())
        .map(Path::of)
        .or(this::installation)
        .map(directory -> directory.resolve("conf").resolve("sallyport.conf"));
  }

  /**
   * Where state is kept when no directory is named: where systemd says, or {@code
   * /var/lib/sallyport} for root, or below the user's {@code $XDG_STATE_HOME}.
   */
  public Path stateDirectory() {
    String systemd = environment.getOrDefault("STATE_DIRECTORY", "");
    if (!systemd.isEmpty()) {
      int colon = systemd.indexOf(':');
      return Path.of(colon < 0 ? systemd : systemd.substring(0, colon));
    }
    if (root) {
      return FOR_ROOT;
    }
    String xdg = environment.getOrDefault("XDG_STATE_HOME", "");
    return (xdg.isEmpty() ? home.resolve(".local").resolve("state") : Path.of(xdg)).resolve(NAME);
  }

  private static boolean rootHere() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | UnsupportedOperationException notLinux) {
      return System.getProperty("user.name", "").equals("root");
    }
  }
}
