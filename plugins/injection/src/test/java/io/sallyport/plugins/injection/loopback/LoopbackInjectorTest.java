package io.sallyport.plugins.injection.loopback;

import static io.sallyport.plugins.injection.loopback.ScenarioNode.binding;
import static io.sallyport.plugins.injection.loopback.ScenarioNode.bindings;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The injector where no native call can be made. */
class LoopbackInjectorTest {
  private static final LibC.Access NO_LINUX =
      new LibC.Access.Impossible("this system is Plan 9, not Linux");

  @TempDir Path directory;

  @Test
  void withoutTheKernelLoopbackAddressesServeAndOthersAreRefused() {
    LoopbackInjector injector = injector();
    // 192.0.2.0/24 is for documentation: no machine has it.
    InjectionReport report =
        injector.reconcile(bindings("127.20.0.1", "::1", "192.0.2.7", "224.0.0.1"));
    Outcome.Refused refused =
        new Outcome.Refused(
            "cannot make 192.0.2.7 an address of this node because this system is Plan 9, not"
                + " Linux",
            "add 192.0.2.7 to the node by other means, or use an address in 127.0.0.0/8");
    assertThat(report.outcomes())
        .isEqualTo(
            Map.of(
                binding("127.20.0.1"),
                new Outcome.InPlace(),
                binding("::1"),
                new Outcome.InPlace(),
                binding("192.0.2.7"),
                refused,
                binding("224.0.0.1"),
                new Outcome.Refused(
                    "224.0.0.1 is a multicast address", "choose a unicast address")));
    assertThat(report.changes()).isZero();
    assertThat(injector.preview(bindings("127.20.0.1", "192.0.2.7")))
        .containsExactly("! " + refused.reason() + "; " + refused.remedy());
    injector.close();
  }

  @Test
  void aDamagedRecordIsToldOnceAndKeptForAPerson() throws IOException {
    Path record = directory.resolve("loopback-addresses");
    Files.writeString(record, "nonsense\n");
    LoopbackInjector injector = injector();
    assertThat(injector.reconcile(Set.of()).note())
        .isEqualTo(
            record
                + ":1: \"nonsense\" is not a line of this agent's record; addresses added before"
                + " may stay behind");
    assertThat(directory.resolve("loopback-addresses.damaged")).hasContent("nonsense\n");
    assertThat(injector.reconcile(Set.of()).note()).isEmpty();
    injector.close();
  }

  private LoopbackInjector injector() {
    OwnershipRecord record =
        new OwnershipRecord(
            directory.resolve("loopback-addresses"), new NodeIdentity("boot", "net:[1]"));
    return new LoopbackInjector(
        "lo",
        NO_LINUX,
        record,
        what -> {
          throw new AssertionError(what);
        },
        new Random(1));
  }
}
