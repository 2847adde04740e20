package io.sallyport.engine.resolve;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real name server in loopback that knows what it is told; any other name below {@code example}
 * it denies, and the rest it refuses to answer for.
 */
final class Dnsmasq implements AutoCloseable {
  private final Process process;
  private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();

  private Dnsmasq(Process process) {
    this.process = process;
  }

  /**
   * Starts one and waits until it answers.
   *
   * @param records such as {@code --host-record=a.example,10.0.0.1,60}
   */
  static Dnsmasq start(InetSocketAddress at, String... records) {
    List<String> command =
        new ArrayList<>(
            List.of(
                program(),
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--pid-file=",
                "--user=" + System.getProperty("user.name"),
                "--bind-interfaces",
                "--listen-address=" + at.getAddress().getHostAddress(),
                "--port=" + at.getPort(),
                "--no-resolv",
                "--no-hosts",
                "--local=/example/",
                "--cache-size=0",
                "--log-queries",
                "--log-facility=-"));
    command.addAll(List.of(records));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      Dnsmasq made = new Dnsmasq(process);
      CompletableFuture<Boolean> started = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> made.follow(started));
      if (!started.get(30, TimeUnit.SECONDS)) {
        throw new AssertionError("dnsmasq does not start: " + made.log);
      }
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new AssertionError("dnsmasq does not start", e);
    }
  }

  /** How often a name has been asked for, in whatever type. */
  long questions(String name) {
    return log.stream().filter(line -> line.contains("query[") && line.contains(name)).count();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow(CompletableFuture<Boolean> started) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.add(line);
        if (line.contains("started, version")) {
          started.complete(true);
        }
      }
    } catch (IOException e) {
      log.add(e.toString());
    }
    started.complete(false);
  }

  private static String program() {
    String message = "dnsmasq is not installed (.ci/install-peers does that)";
    return Stream.of("/usr/sbin/dnsmasq", "/usr/bin/dnsmasq")
        .filter(path -> new File(path).canExecute())
        .findFirst()
        .orElseGet(() -> {
          if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(message);
          }
          System.out.println("SKIPPED: " + message);
          return abort(message);
        });
  }
}
