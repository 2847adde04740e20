package io.sallyport.distribution.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that runs until it is told to end; what it writes goes to a file. */
public final class Daemon implements AutoCloseable {
  private static final Duration KILLED = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;

  private Daemon(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  public static Daemon start(List<String> command, Map<String, String> environment, Path log) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectInput(Path.of("/dev/null").toFile());
      builder.environment().putAll(environment);
      return new Daemon(builder.start(), log);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  /** The program's process id. */
  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /** Ends it as a crash would (SIGKILL); what it had is free again when this returns. */
  public void kill() {
    process.destroyForcibly();
    if (!await(KILLED)) {
      throw new IllegalStateException("did not end within " + KILLED + " of SIGKILL:\n" + tail());
    }
  }

  /** Asks it to end (SIGTERM) and waits; the answer is its exit code. */
  public int terminate(Duration bound) {
    process.destroy();
    if (!await(bound)) {
      throw new IllegalStateException("did not end within " + bound + " of SIGTERM:\n" + tail());
    }
    return process.exitValue();
  }

  /** The end of what it wrote, over all of its starts where they share a file. */
  public String tail() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  @Override
  public void close() {
    kill();
  }

  private boolean await(Duration bound) {
    try {
      return process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interruption);
    }
  }
}
