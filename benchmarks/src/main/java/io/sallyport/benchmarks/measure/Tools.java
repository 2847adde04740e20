package io.sallyport.benchmarks.measure;

import io.sallyport.benchmarks.load.Iperf;
import io.sallyport.benchmarks.load.Strace;
import io.sallyport.benchmarks.load.Wrk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The programs that it takes.
 *
 * @param nginx the backend
 */
public record Tools(Path nginx, Wrk wrk, Iperf iperf, Strace strace) {
  /** Those of this machine. */
  public static Tools installed() {
    return new Tools(
        found("nginx"),
        new Wrk(found("wrk")),
        new Iperf(found("iperf3")),
        new Strace(found("strace")));
  }

  /**
   * Where a program is.
   *
   * @throws IllegalStateException when it is nowhere
   */
  public static Path found(String program) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin";
    for (String directory : List.of(path.split(":"))) {
      Path candidate = Path.of(directory).resolve(program);
      if (candidate.isAbsolute() && Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    throw new IllegalStateException(program + " is not installed; benchmarks/run installs it");
  }
}
