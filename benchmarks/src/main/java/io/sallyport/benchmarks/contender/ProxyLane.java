package io.sallyport.benchmarks.contender;

import io.sallyport.benchmarks.process.Daemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Function;

/** A proxy's process and its configuration file. */
final class ProxyLane implements Lane {
  private final Daemon daemon;
  private final Path file;
  private final Function<List<Route>, String> configuration;
  private final String reloadSignal;

  /**
   * @param file its configuration file
   * @param configuration the text of that file for some routes
   * @param reloadSignal what makes it read the file again
   */
  ProxyLane(
      Daemon daemon, Path file, Function<List<Route>, String> configuration, String reloadSignal) {
    this.daemon = daemon;
    this.file = file;
    this.configuration = configuration;
    this.reloadSignal = reloadSignal;
  }

  @Override
  public InetSocketAddress entry(Route route) {
    return route.listen();
  }

  @Override
  public long pid() {
    return daemon.pid();
  }

  @Override
  public void rewrite(List<Route> routes) {
    replace(file, configuration.apply(routes));
  }

  @Override
  public void reload() {
    daemon.signal(reloadSignal);
  }

  @Override
  public boolean alive() {
    return daemon.alive();
  }

  @Override
  public String tail() {
    return daemon.tail();
  }

  @Override
  public void close() {
    daemon.close();
  }

  /** Puts a text into a file so that a reader sees the old or the new one, whole. */
  static void replace(Path file, String text) {
    try {
      Path part = file.resolveSibling(file.getFileName() + ".part");
      Files.writeString(part, text);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
