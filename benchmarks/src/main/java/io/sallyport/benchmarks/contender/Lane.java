package io.sallyport.benchmarks.contender;

import io.sallyport.benchmarks.process.ProcFiles;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** A contender that runs. */
public interface Lane extends AutoCloseable {
  /** Where clients of a route connect to. */
  InetSocketAddress entry(Route route);

  /** The proxy's process, or 0 where there is none. */
  long pid();

  /** Writes other routes to its configuration, in one step, and tells nobody. */
  void rewrite(List<Route> routes);

  /** Tells it by a signal that the configuration is another one. */
  void reload();

  /** Whether it has not ended by itself. */
  boolean alive();

  /** What it logged at last, for a fault's message. */
  String tail();

  /** Ends it and waits. */
  @Override
  void close();

  /** The CPU time that the proxy has used since it started. */
  default Duration cpu() {
    return pid() == 0 ? Duration.ZERO : ProcFiles.cpu(pid());
  }

  /** The proxy's resident memory in bytes. */
  default long resident() {
    return pid() == 0 ? 0 : ProcFiles.resident(pid());
  }
}
