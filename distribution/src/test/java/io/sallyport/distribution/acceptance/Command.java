package io.sallyport.distribution.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program run to its end, within a bound.
 *
 * @param arguments the program and its arguments
 * @param code its exit code
 * @param output what it wrote, both streams in one
 */
public record Command(List<String> arguments, int code, String output) {
  private static final Duration BOUND = Duration.ofMinutes(2);

  /** Runs a program and insists on success; the answer is what it wrote. */
  public static String run(String... arguments) {
    return run(List.of(arguments));
  }

  /** Runs a program and insists on success; the answer is what it wrote. */
  public static String run(List<String> arguments) {
    Command command = attempt(arguments);
    if (command.code() != 0) {
      throw new IllegalStateException(command.text());
    }
    return command.output();
  }

  /** Runs a program, whatever comes of it. */
  public static Command attempt(List<String> arguments) {
    return attempt(arguments, BOUND);
  }

  /** Runs a program that may take so long, whatever comes of it. */
  public static Command attempt(List<String> arguments, Duration bound) {
    try {
      // A file rather than a pipe: a child that the program leaves behind would keep a pipe open.
      Path output = Files.createTempFile("sallyport-command", ".out");
      try {
        Process process =
            new ProcessBuilder(arguments)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        boolean ended = process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
          process.destroyForcibly().waitFor();
        }
        String written = Files.readString(output, StandardCharsets.UTF_8);
        return ended
            ? new Command(arguments, process.exitValue(), written)
            : new Command(arguments, -1, written + "\n(ended after " + bound.toSeconds() + " s)");
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during " + arguments, interruption);
    }
  }

  /** The command line, how it ended, and what it wrote. */
  public String text() {
    return String.join(" ", arguments) + " → " + code + "\n" + output;
  }
}
