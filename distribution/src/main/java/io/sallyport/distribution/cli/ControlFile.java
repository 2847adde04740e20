package io.sallyport.distribution.cli;

import io.sallyport.api.config.Problems;
import io.sallyport.distribution.hocon.HoconDocument;
import io.sallyport.distribution.hocon.HoconReader;
import io.sallyport.distribution.hocon.HoconSection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An operator's own file that says how to reach the control plane. Paths in it count from the
 * folder that it is in.
 *
 * @param control addresses
 * @param certificate who the operator is
 * @param key of the certificate
 * @param ca what the control plane is checked with
 * @param tokenFile holds a token
 * @param insecure without TLS
 */
record ControlFile(
    List<String> control,
    Optional<Path> certificate,
    Optional<Path> key,
    Optional<Path> ca,
    Optional<Path> tokenFile,
    boolean insecure) {
  private static final ControlFile NONE =
      new ControlFile(
          List.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);

  /** Reads the one that was named, or the usual one where there is one; blocks while it does. */
  static ControlFile read(
      Optional<Path> named, Map<String, String> environment, Path home, Problems problems) {
    Optional<Path> file = named.or(() -> usual(environment, home));
    if (file.isEmpty()) {
      return NONE;
    }
    return switch (new HoconReader(path -> false).read(file.get())) {
      case HoconDocument.Refused refused -> {
        problems.addAll(refused.problems());
        yield NONE;
      }
      case HoconDocument.Parsed parsed -> {
        problems.addAll(parsed.warnings());
        yield of(new HoconSection(parsed.root(), "", problems), file.get());
      }
    };
  }

  private static Optional<Path> usual(Map<String, String> environment, Path home) {
    String said = environment.getOrDefault("SALLYPORT_CLIENT", "");
    if (!said.isEmpty()) {
      return Optional.of(Path.of(said));
    }
    String xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path folder = xdg.isEmpty() ? home.resolve(".config") : Path.of(xdg);
    return Optional.of(folder.resolve("sallyport").resolve("client.conf")).filter(Files::exists);
  }

  private static ControlFile of(HoconSection section, Path file) {
    ControlFile read =
        new ControlFile(
            section.texts("control"),
            path(section, "certificate", file),
            path(section, "key", file),
            path(section, "ca", file),
            path(section, "token-file", file),
            section.flag("insecure", false));
    section.finish();
    return read;
  }

  private static Optional<Path> path(HoconSection section, String key, Path file) {
    return section.text(key).map(text -> file.toAbsolutePath().resolveSibling(text));
  }
}
