package io.sallyport.benchmarks.load;

import io.sallyport.benchmarks.process.Daemon;
import io.sallyport.benchmarks.process.Program;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * As many bytes as pass.
 *
 * @param program iperf3
 */
public record Iperf(Path program) {
  /** Which way the bytes go. */
  public enum Direction {
    UPLOAD("to the backend"),
    DOWNLOAD("from the backend");

    private final String words;

    Direction(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }
  }

  /** Starts the backend's side. It serves one test at a time. */
  public Daemon serve(InetSocketAddress address, Path log) {
    return Daemon.start(
        List.of(
            program.toString(),
            "--server",
            "--bind",
            address.getAddress().getHostAddress(),
            "--port",
            Integer.toString(address.getPort())),
        log);
  }

  /** Runs the client's side. */
  public IperfReport run(
      InetSocketAddress address, int streams, Duration duration, Direction direction) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(program.toString(), "--json", "--connect-timeout", "3000"));
    command.addAll(List.of("--client", address.getAddress().getHostAddress()));
    command.addAll(List.of("--port", Integer.toString(address.getPort())));
    command.addAll(List.of("--parallel", Integer.toString(streams)));
    command.addAll(List.of("--time", Long.toString(Math.max(1, duration.toSeconds()))));
    if (direction == Direction.DOWNLOAD) {
      command.add("--reverse");
    }
    return IperfReport.of(Program.run(command, duration.plusSeconds(20)));
  }
}
