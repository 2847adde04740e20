package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjectorContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A directory of a test's own, with a clock and a watch that it moves. */
final class RenderedBench {
  static final HostBinding ICR = binding("icr", "172.20.0.7", "icr.io", "cp.icr.io");
  static final HostBinding SIX = binding("six", "fd00::7", "six.example");
  static final HostBinding NAMELESS = binding("nameless", "172.20.0.9");

  final Path root;
  final Path file;
  final Path state;
  final List<String> drifts = new ArrayList<>();
  final List<Runnable> watches = new ArrayList<>();
  Instant now = Instant.parse("2026-01-01T00:00:00Z");

  RenderedBench(Path root) throws IOException {
    this.root = root;
    this.file = root.resolve("etc/names");
    this.state = Files.createDirectories(root.resolve("state"));
  }

  static HostBinding binding(String service, String address, String... names) {
    return new HostBinding(
        service,
        Addresses.literal(address).orElseThrow(),
        Arrays.stream(names).map(HostName::new).toList());
  }

  FileSettings settings(Path path, String... reload) {
    return settings(path, Duration.ofSeconds(20), reload);
  }

  FileSettings settings(Path path, Duration timeout, String... reload) {
    return new FileSettings(path, List.of(reload), timeout, Duration.ofSeconds(1), 2);
  }

  RenderedInjector injector(Format format, FileSettings settings) {
    return new RenderedInjector(
        "test",
        settings,
        format,
        new HostInjectorContext(state, () -> now, drifts::add),
        (interval, task) -> {
          watches.add(task);
          return () -> watches.remove(task);
        });
  }

  /** One that appends a line to {@code reloads} each time. */
  RenderedInjector counting() {
    return injector(
        new HostsFormat(file),
        settings(file, "sh", "-c", "echo once >> " + root.resolve("reloads")));
  }

  int reloads() throws IOException {
    Path reloads = root.resolve("reloads");
    return Files.exists(reloads) ? Files.readAllLines(reloads).size() : 0;
  }

  void look() {
    List.copyOf(watches).forEach(Runnable::run);
  }

  /** What a file holds below our first line. */
  static List<String> body(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return lines.subList(1, lines.size());
  }
}
