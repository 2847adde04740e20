package io.sallyport.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program that runs until it is told to end; what it writes goes to a file. Closing it ends it
 * and what it started, in good order when it listens and by force when it does not.
 */
public final class Daemon implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final Process process;
  private final Path log;

  private Daemon(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  public static Daemon start(List<String> command, Path log) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectInput(Path.of("/dev/null").toFile());
      return new Daemon(builder.start(), log);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /** What it wrote. */
  public String output() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  /** The end of what it wrote. */
  public String tail() {
    List<String> lines = output().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
  }

  /** Sends it a signal by name, such as {@code HUP}. */
  public void signal(String name) {
    Program.run(List.of("kill", "-" + name, Long.toString(pid())), Duration.ofSeconds(5));
  }

  /** Asks it to end (SIGTERM) and waits. */
  public boolean terminate(Duration bound) {
    process.destroy();
    return ended(bound);
  }

  /** Waits for it to end by itself. */
  public boolean ended(Duration bound) {
    try {
      return process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interruption);
    }
  }

  @Override
  public void close() {
    // Taken before it ends: children of a dead process belong to someone else.
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    if (!ended(GRACE)) {
      process.destroyForcibly();
      ended(GRACE);
    }
    children.forEach(ProcessHandle::destroyForcibly);
    // Their sockets must be gone before the next one starts.
    CompletableFuture.allOf(
            children.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, GRACE.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }
}
