package io.sallyport.plugins.injection.hosts;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import io.sallyport.plugins.injection.files.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A hosts file and a state directory of a test's own, with a clock and a watch that it moves. */
final class Bench {
  static final String LOCALHOST = "127.0.0.1 localhost\n";
  static final HostBinding ICR = binding("icr", "172.20.0.7", "icr.io", "cp.icr.io");
  static final HostBinding JP = binding("jp", "172.20.0.3", "jp.icr.io");
  static final String ICR_LINE = new OwnLine("icr", "172.20.0.7 icr.io cp.icr.io").text();
  static final String JP_LINE = new OwnLine("jp", "172.20.0.3 jp.icr.io").text();

  final Path root;
  final Path hosts;
  final Path state;
  final List<String> drifts = new ArrayList<>();
  final List<Runnable> watches = new ArrayList<>();
  Instant now = Instant.parse("2026-01-01T00:00:00Z");

  Bench(Path root) {
    this.root = root;
    this.hosts = root.resolve("hosts");
    this.state = root.resolve("state");
    try {
      Files.createDirectories(state);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static HostBinding binding(String service, String address, String... names) {
    return new HostBinding(
        service,
        Addresses.literal(address).orElseThrow(),
        Arrays.stream(names).map(HostName::new).toList());
  }

  HostInjectorContext context() {
    return new HostInjectorContext(state, () -> now, drifts::add);
  }

  HostsFileInjector injector() {
    return injector(step -> {});
  }

  HostsFileInjector injector(Step.Trace trace) {
    return injector(hosts, new CloudInitTemplate.Off(), trace);
  }

  HostsFileInjector injector(Path path, CloudInitTemplate template, Step.Trace trace) {
    return new HostsFileInjector(
        new HostsFileSettings(path, template, Duration.ofSeconds(1), 3),
        context(),
        new CloudInit(root),
        (interval, task) -> {
          watches.add(task);
          return () -> watches.remove(task);
        },
        trace);
  }

  /** Reconciles with an injector that is new, as after a restart. */
  InjectionReport reconcile(HostBinding... bindings) {
    try (HostsFileInjector injector = injector()) {
      return injector.reconcile(Set.of(bindings));
    }
  }

  void write(String text) {
    write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void write(byte[] bytes) {
    try {
      Files.write(hosts, bytes);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  String text() {
    return text(hosts);
  }

  static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** One look of every watch. */
  void look() {
    List.copyOf(watches).forEach(Runnable::run);
  }

  static Outcome.Refused refusal(InjectionReport report, HostBinding binding) {
    return (Outcome.Refused) report.outcomes().get(binding);
  }
}
