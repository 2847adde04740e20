package io.sallyport.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that end by themselves. */
public final class Program {
  private Program() {}

  /**
   * What a program wrote on both of its outputs.
   *
   * @throws ProcessFaultException when it fails, or does not end within the bound
   */
  public static String run(List<String> command, Duration bound) {
    try {
      Path output = Files.createTempFile("sallyport-benchmark-", ".out");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        try {
          if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new ProcessFaultException(
                String.join(" ", command) + " did not end within " + bound.toSeconds() + " s");
          }
        } finally {
          process.destroyForcibly();
        }
        String text = Files.readString(output);
        if (process.exitValue() != 0) {
          throw new ProcessFaultException(
              String.join(" ", command)
                  + " failed with exit code "
                  + process.exitValue()
                  + ": "
                  + text.strip());
        }
        return text;
      } finally {
        Files.delete(output);
      }
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interruption);
    }
  }
}
