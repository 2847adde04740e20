package io.sallyport.distribution.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The near end of a {@link ProbeClient} in the node's namespace. */
final class Prober implements AutoCloseable {
  private static final Duration BOUND = Duration.ofMinutes(2);

  private final Process process;
  private final PrintStream commands;
  private final Thread reader;
  private final List<Probe> probes = new CopyOnWriteArrayList<>();
  private @Nullable CountDownLatch pausing;

  private Prober(Process process) {
    this.process = process;
    this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.reader = Thread.ofVirtual().name("prober").start(this::read);
  }

  /** Starts the program on a node; the first probes pay for its warm-up. */
  static Prober start(Lab lab, Namespace node, Duration interval) throws Exception {
    Path classes =
        Path.of(ProbeClient.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classes.toString(),
            ProbeClient.class.getName(),
            lab.authority().toString(),
            String.valueOf(interval.toMillis()));
    Process process =
        new ProcessBuilder(node.inside(command))
            .redirectError(lab.directory().resolve(node.name() + "-prober.log").toFile())
            .start();
    return lab.opened(new Prober(process));
  }

  /** What the probes that start from now on are counted under; no spaces. */
  void phase(String name) {
    commands.println("phase " + name);
  }

  /** Starts no more probes and returns once none is under way. */
  void pause() {
    CountDownLatch answered = new CountDownLatch(1);
    synchronized (this) {
      pausing = answered;
    }
    commands.println("pause");
    try {
      if (!answered.await(BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("probes are still under way after " + BOUND);
      }
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interruption);
    }
  }

  void resume() {
    commands.println("resume");
  }

  /** What has ended so far. */
  List<Probe> probes() {
    return List.copyOf(probes);
  }

  @Override
  public void close() {
    commands.close();
    process.destroyForcibly();
    try {
      process.waitFor(BOUND.toMillis(), TimeUnit.MILLISECONDS);
      reader.join(BOUND);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("probe ")) {
          probes.add(Probe.parse(line));
        } else if (line.equals("paused")) {
          synchronized (this) {
            if (pausing != null) {
              pausing.countDown();
            }
          }
        }
      }
    } catch (IOException fault) {
      if (process.isAlive()) {
        throw new UncheckedIOException(fault);
      }
      // It was closed in the midst of a line.
    }
  }
}
