package io.sallyport.benchmarks.load;

import io.sallyport.benchmarks.process.Program;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests as fast as they are answered.
 *
 * @param program wrk
 */
public record Wrk(Path program) {
  private static final int THREADS = 2;

  /** What becomes of a connection once its request is answered. */
  public enum Connections {
    KEPT,
    CLOSED
  }

  /**
   * Runs it.
   *
   * @param connections at once
   */
  public WrkReport run(
      InetSocketAddress address, int connections, Duration duration, Connections after) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.add("-t" + THREADS);
    command.add("-c" + connections);
    command.add("-d" + Math.max(1, duration.toSeconds()) + "s");
    command.addAll(List.of("--timeout", "10s"));
    if (after == Connections.CLOSED) {
      command.addAll(List.of("-H", "Connection: close"));
    }
    command.add("http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/");
    return WrkReport.of(Program.run(command, duration.plusSeconds(20)));
  }
}
