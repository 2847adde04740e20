package io.sallyport.plugins.injection.rendered;

import io.sallyport.plugins.injection.files.Failures;
import io.sallyport.plugins.injection.files.Refusal;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells a program that its files have changed, by a command that no shell sees.
 *
 * <p>That it is due is written down before the files change, so that a crash between the two does
 * not leave the program with what it read before. Injection thread; blocks while the command runs.
 */
final class Reload {
  private static final int MOST_OUTPUT = 400;

  private final List<String> command;
  private final Duration timeout;
  private final Path due;
  private boolean pending;

  /**
   * Makes one.
   *
   * @param command a program and its arguments; empty for a program that notices by itself
   * @param due the file that exists while a reload is due
   */
  Reload(List<String> command, Duration timeout, Path due) {
    this.command = List.copyOf(command);
    this.timeout = timeout;
    this.due = due;
  }

  /** Something is about to change. */
  void prepare() {
    if (!command.isEmpty() && !Files.exists(due)) {
      try {
        Files.createFile(due);
      } catch (IOException cannotRemember) {
        // Only a crash would need the file.
        pending = true;
      }
    }
  }

  /**
   * Runs the command, if it is due.
   *
   * @return why the program has not heard; empty when it has
   */
  Optional<Refusal> run() {
    if (command.isEmpty() || !(pending || Files.exists(due))) {
      return Optional.empty();
    }
    Optional<Refusal> refusal = attempt();
    if (refusal.isEmpty()) {
      pending = false;
      try {
        Files.deleteIfExists(due);
      } catch (IOException stays) {
        // One reload too many, at the next look: harmless.
      }
    }
    return refusal;
  }

  private Optional<Refusal> attempt() {
    Path output = null;
    try {
      // A file rather than a pipe: what the command leaves running would keep a pipe open.
      output = Files.createTempFile("sallyport-reload", ".out");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .redirectInput(new File("/dev/null"))
              .start();
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return Optional.of(failed("did not end within " + timeout.toMillis() + " ms"));
      }
      return process.exitValue() == 0
          ? Optional.empty()
          : Optional.of(failed("ended with code " + process.exitValue() + said(output)));
    } catch (IOException cannotStart) {
      return Optional.of(failed("cannot be run: " + Failures.text(cannotStart)));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.of(failed("was interrupted"));
    } finally {
      discard(output);
    }
  }

  private Refusal failed(String how) {
    return new Refusal(
        "the reload command \"" + String.join(" ", command) + "\" " + how,
        "see whether the program runs, or set reload to the right command; it is tried again by"
            + " itself");
  }

  private static String said(Path output) throws IOException {
    try (InputStream in = Files.newInputStream(output)) {
      String text = new String(in.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
      String line = text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " / ");
      return line.isEmpty() ? "" : ": " + line;
    }
  }

  private static void discard(@Nullable Path output) {
    if (output != null) {
      try {
        Files.deleteIfExists(output);
      } catch (IOException stays) {
        // An empty file in the system's directory for such.
      }
    }
  }
}
