package io.sallyport.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.sallyport.api.catalog.HostName;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionReport;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every host injector promises that keeps its names in a file. A plugin's test inherits it,
 * and has it write below a directory that is the test's own.
 *
 * @since 0.1
 */
public abstract class HostInjectorContract extends FactoryContract<HostInjectorFactory<?>> {
  @TempDir private Path directory = Path.of("");

  /** For the plugin's test. */
  protected HostInjectorContract() {}

  /**
   * A configuration without problems.
   *
   * @param directory where it may write
   */
  protected abstract Map<String, Object> settings(Path directory);

  @Override
  final Map<String, Object> wellFormed() {
    return settings(directory);
  }

  /** An injector with {@link #settings}. */
  protected final HostInjector injector() throws IOException {
    Path state = Files.createDirectories(directory.resolve("state"));
    return made(
        factory(),
        settings(directory),
        new HostInjectorContext(
            state, new FakeClock(Instant.parse("2026-01-01T00:00:00Z")), what -> {}));
  }

  private static <S extends Record> HostInjector made(
      HostInjectorFactory<S> factory, Map<String, Object> values, HostInjectorContext context) {
    return factory.create(parsed(factory, values), context);
  }

  /** What is to be published. */
  protected Set<HostBinding> bindings() {
    return Set.of(
        binding("one", "127.20.40.1", "one.example.org", "uno.example.org"),
        binding("two", "127.20.40.2", "two.example.org"),
        binding("nameless", "127.20.40.3"));
  }

  private static HostBinding binding(String service, String address, String... names) {
    return new HostBinding(
        service,
        InetAddress.ofLiteral(address),
        List.of(names).stream().map(HostName::new).toList());
  }

  @Test
  void thePhaseStays() {
    HostInjectorFactory<?> factory = factory();
    assertNotNull(factory.phase());
    assertEquals(factory.phase(), factory.phase());
  }

  @Test
  void everyBindingHasItsOutcome() throws Exception {
    try (HostInjector injector = injector()) {
      InjectionReport report = injector.reconcile(bindings());
      assertEquals(bindings(), report.outcomes().keySet());
      report
          .outcomes()
          .forEach((binding, outcome) ->
              assertEquals(new InjectionReport.Outcome.InPlace(), outcome, binding::toString));
    }
  }

  @Test
  void doingItAgainChangesNothing() throws Exception {
    try (HostInjector injector = injector()) {
      injector.reconcile(bindings());
      assertEquals(0, injector.reconcile(bindings()).changes());
      assertEquals(List.of(), injector.preview(bindings()));
    }
  }

  @Test
  void previewSaysWhatWouldBeDoneAndDoesNothing() throws Exception {
    try (HostInjector injector = injector()) {
      List<String> lines = injector.preview(bindings());
      assertFalse(lines.isEmpty(), "there is something to be done");
      assertEquals(lines, injector.preview(bindings()), "nothing has been done");
    }
  }

  @Test
  void whatItHasPutThereIsKnownAfterARestart() throws Exception {
    try (HostInjector first = injector()) {
      first.reconcile(bindings());
    }
    try (HostInjector second = injector()) {
      assertEquals(0, second.reconcile(bindings()).changes());
    }
  }

  @Test
  void nothingDesiredWithdrawsEverything() throws Exception {
    try (HostInjector injector = injector()) {
      List<String> before = injector.preview(bindings());
      injector.reconcile(bindings());
      injector.reconcile(Set.of());
      assertEquals(0, injector.reconcile(Set.of()).changes());
      assertEquals(before, injector.preview(bindings()), "all of it would be done again");
    }
  }
}
