package io.sallyport.engine.health;

import io.sallyport.api.health.ProbeCommands;
import io.sallyport.api.plugin.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Runs commands for probes, each watched by a thread of its own; how many there are at once is
 * bounded by the budget of probes.
 *
 * @since 0.1
 */
public final class ProcessCommands implements ProbeCommands {
  private static final int CHUNK = 4096;
  private static final int PIPE = 1024 * 1024;
  private static final long POLL_MILLIS = 10;

  private final ThreadFactory threads;
  private final Ticker ticker;

  /**
   * Makes a runner.
   *
   * @param threads which may block
   */
  public ProcessCommands(ThreadFactory threads, Ticker ticker) {
    this.threads = threads;
    this.ticker = ticker;
  }

  @Override
  public CompletionStage<Outcome> run(
      List<String> command, Map<String, String> environment, Duration timeout, int mostBytes) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    threads
        .newThread(() -> {
          try {
            outcome.complete(outcome(List.copyOf(command), environment, timeout, mostBytes));
          } catch (RuntimeException fault) {
            outcome.complete(new Outcome.Unable(String.valueOf(fault.getMessage())));
          }
        })
        .start();
    return outcome;
  }

  private Outcome outcome(
      List<String> command, Map<String, String> environment, Duration timeout, int mostBytes) {
    Process process;
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().clear();
      builder.environment().putAll(environment);
      process = builder.start();
    } catch (IOException refused) {
      return new Outcome.Unable(String.valueOf(refused.getMessage()));
    }
    try (InputStream out = process.getInputStream()) {
      process.getOutputStream().close();
      long deadline = ticker.nanos() + timeout.toNanos();
      Output output = new Output(out, mostBytes);
      // Not a read that blocks: what the command left running may hold its output open.
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        output.read();
        if (ticker.nanos() - deadline >= 0) {
          kill(process);
          return new Outcome.TimedOut(output.text());
        }
      }
      output.read();
      return new Outcome.Ended(process.exitValue(), output.text());
    } catch (IOException broken) {
      kill(process);
      return new Outcome.Unable(String.valueOf(broken.getMessage()));
    } catch (InterruptedException closing) {
      kill(process);
      Thread.currentThread().interrupt();
      return new Outcome.Unable("the node is shutting down");
    }
  }

  /** With what it started, as far as that has not hidden itself. */
  private static void kill(Process process) {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
  }

  /** The beginning of what a command writes; the rest is read and dropped. */
  private static final class Output {
    private final InputStream in;
    private final byte[] kept;
    private final byte[] chunk = new byte[CHUNK];
    private int length;

    Output(InputStream in, int most) {
      this.in = in;
      this.kept = new byte[most];
    }

    /** Takes what is there, as much as a pipe holds at most, without waiting for more. */
    void read() throws IOException {
      for (int round = 0; round < PIPE / CHUNK && in.available() > 0; round++) {
        int read = in.read(chunk, 0, Math.min(CHUNK, in.available()));
        int taken = Math.min(Math.max(read, 0), kept.length - length);
        System.arraycopy(chunk, 0, kept, length, taken);
        length += taken;
      }
    }

    String text() {
      return new String(kept, 0, length, StandardCharsets.UTF_8);
    }
  }
}
