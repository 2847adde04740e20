package io.sallyport.plugins.injection.hosts;

import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.plugins.injection.files.DaemonSchedule;
import io.sallyport.plugins.injection.files.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A process of its own that publishes names: once, for ever, or until a step at which it stops
 * dead, as a kill would stop it.
 */
final class Publisher {
  /** What it publishes in turn: many lines, and one. */
  static final Set<HostBinding> MANY =
      IntStream.range(0, 200)
          .mapToObj(i -> Bench.binding("s" + i, "172.20.1." + (1 + i), "s" + i + ".icr.io"))
          .collect(Collectors.toSet());

  static final Set<HostBinding> ONE = Set.of(Bench.ICR);
  static final int HALTED = 42;

  private Publisher() {}

  /** Arguments: hosts file, state directory, and {@code once}, {@code loop} or a step's name. */
  public static void main(String[] arguments) {
    Path hosts = Path.of(arguments[0]);
    Path state = Path.of(arguments[1]);
    String how = arguments[2];
    Step.Trace trace =
        step -> {
          if (step.name().equals(how)) {
            Runtime.getRuntime().halt(HALTED);
          }
        };
    try (HostsFileInjector injector =
        new HostsFileInjector(
            new HostsFileSettings(hosts, new CloudInitTemplate.Off(), Duration.ZERO, 1),
            new HostInjectorContext(state, InstantSource.system(), what -> {}),
            new CloudInit(hosts),
            new DaemonSchedule("unused"),
            trace)) {
      InjectionReport report = injector.reconcile(ONE);
      System.out.println(report.outcomes().get(Bench.ICR) + " " + report.note());
      while (how.equals("loop")) {
        injector.reconcile(MANY);
        injector.reconcile(ONE);
      }
    }
  }
}
