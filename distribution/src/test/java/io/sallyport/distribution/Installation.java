package io.sallyport.distribution;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An unpacked distribution. Its launcher runs as on a machine without Java: of the environment it
 * sees a short PATH and what a test adds.
 *
 * @param home the folder that holds {@code bin}, {@code lib} and {@code runtime}
 */
record Installation(Path home) {

  private static final long PATIENCE_SECONDS = 180;

  /** How a program ended. */
  record Outcome(int exitCode, String output, String errors) {}

  /** The one that the build has just made. */
  static Installation built() {
    return new Installation(Path.of(property("sallyport.home")));
  }

  /** The project's version, as the build knows it. */
  static String builtVersion() {
    return property("sallyport.version");
  }

  /** The archive of {@link #built()}. */
  static Path archive() throws IOException {
    try (var archives =
        Files.newDirectoryStream(built().home().resolveSibling("."), "sallyport-*.tar.gz")) {
      var found = new ArrayList<Path>();
      archives.forEach(found::add);
      if (found.size() != 1) {
        throw new IllegalStateException("expected one archive beside the installation: " + found);
      }
      return found.getFirst();
    }
  }

  /** A copy whose plugins are its own; the run-time image is the same, by a link. */
  Installation copiedTo(Path copy) throws IOException {
    for (String part : List.of("bin", "conf", "lib", "plugins")) {
      try (Stream<Path> files = Files.walk(home.resolve(part))) {
        for (Path file : files.toList()) {
          Path there = copy.resolve(home.relativize(file).toString());
          Files.createDirectories(there.getParent());
          Files.copy(file, there, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    Files.createSymbolicLink(copy.resolve("runtime"), home.resolve("runtime"));
    return new Installation(copy);
  }

  Path launcher() {
    return home.resolve("bin/sallyport");
  }

  Path modulePath() {
    return home.resolve("lib");
  }

  /** What the commands of the control plane have on their module path beside that. */
  Path controlPath() {
    return modulePath().resolve("control");
  }

  /** Runs the launcher to its end. */
  Outcome run(String... arguments) throws IOException, InterruptedException {
    return run(Map.of(), arguments);
  }

  /** Runs the launcher to its end, with these variables beside the PATH. */
  Outcome run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return run(launcher(), environment, arguments);
  }

  /** Runs a program to its end, with these variables beside the PATH. */
  static Outcome run(Path program, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(program.toString());
    command.addAll(List.of(arguments));
    var output = Files.createTempFile("sallyport-", ".out");
    var errors = Files.createTempFile("sallyport-", ".err");
    try {
      var builder =
          new ProcessBuilder(command)
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      builder.environment().clear();
      builder.environment().put("PATH", "/usr/bin:/bin");
      builder.environment().putAll(environment);
      var process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_SECONDS, SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            command + " still runs after " + PATIENCE_SECONDS + " s: " + Files.readString(errors));
      }
      return new Outcome(
          process.exitValue(),
          Files.readString(output, StandardCharsets.UTF_8),
          Files.readString(errors, StandardCharsets.UTF_8));
    } finally {
      Files.delete(output);
      Files.delete(errors);
    }
  }

  private static String property(String name) {
    var value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException(name + " is not set; run this test through mvn verify");
    }
    return value;
  }
}
