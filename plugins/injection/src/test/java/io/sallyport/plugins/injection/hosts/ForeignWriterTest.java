package io.sallyport.plugins.injection.hosts;

import static io.sallyport.plugins.injection.hosts.Bench.ICR;
import static io.sallyport.plugins.injection.hosts.Bench.ICR_LINE;
import static io.sallyport.plugins.injection.hosts.Bench.JP;
import static io.sallyport.plugins.injection.hosts.Bench.JP_LINE;
import static io.sallyport.plugins.injection.hosts.Bench.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import io.sallyport.plugins.injection.files.FileCommit;
import io.sallyport.plugins.injection.files.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody else edits the file, at every point of our edit, and between our edits. */
class ForeignWriterTest {
  private static final String THEIRS = "10.0.0.99 theirs\n";

  @TempDir Path directory;
  private Bench bench;

  @BeforeEach
  void prepare() {
    bench = new Bench(directory);
    bench.write(LOCALHOST);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "READ",
        "TEMPORARY_CREATED",
        "TEMPORARY_WRITTEN",
        "TEMPORARY_SYNCED",
        "CHECKED",
        "DIRECTORY_SYNCED"
      })
  void appendedLineSurvives(Step step) {
    survives(step, () -> bench.write(bench.text() + THEIRS));
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "READ",
        "TEMPORARY_CREATED",
        "TEMPORARY_WRITTEN",
        "TEMPORARY_SYNCED",
        "CHECKED",
        "OLD_REMOVED",
        "DIRECTORY_SYNCED"
      })
  void replacedFileSurvives(Step step) {
    survives(step, () -> replace(bench.text() + THEIRS));
  }

  @ParameterizedTest
  @EnumSource(names = {"READ", "JOURNAL_WRITTEN", "JOURNAL_PUBLISHED", "JOURNAL_REMOVED"})
  void lineAppendedToAFileThatIsWrittenInPlaceSurvives(Step step) throws IOException {
    Files.createLink(directory.resolve("other"), bench.hosts);

    survives(step, () -> bench.write(bench.text() + THEIRS));

    assertThat(bench.text()).isEqualTo(Bench.text(directory.resolve("other")));
  }

  @ParameterizedTest
  @EnumSource(names = {"TEMPORARY_CREATED", "TEMPORARY_WRITTEN", "TEMPORARY_SYNCED", "CHECKED"})
  void temporaryFileThatAnotherAgentRemovesIsMadeAgain(Step step) {
    Set<Step> once = EnumSet.of(step);
    InjectionReport report;
    try (HostsFileInjector injector =
        bench.injector(reached -> {
          if (once.remove(reached)) {
            delete(FileCommit.temporaryFor(bench.hosts));
          }
        })) {
      report = injector.reconcile(Set.of(ICR));
    }

    assertThat(once).as("the step was reached").isEmpty();
    assertThat(report.outcomes()).containsEntry(ICR, new Outcome.InPlace());
    assertThat(bench.text()).isEqualTo(LOCALHOST + ICR_LINE + "\n");
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("hosts", "state");
  }

  @Test
  void fileThatChangesEachTimeIsRefusedAndKeepsItsContent() {
    int[] count = {0};
    InjectionReport report;
    try (HostsFileInjector injector =
        bench.injector(step -> {
          if (step == Step.CHECKED) {
            bench.write(bench.text() + "10.0.0." + ++count[0] + " again\n");
          }
        })) {
      report = injector.reconcile(Set.of(ICR));
    }

    assertThat(Bench.refusal(report, ICR).reason())
        .isEqualTo(
            bench.hosts + " was changed by another writer each of the 5 times it was edited");
    assertThat(bench.text())
        .isEqualTo(
            LOCALHOST
                + "10.0.0.1 again\n"
                + "10.0.0.2 again\n"
                + "10.0.0.3 again\n"
                + "10.0.0.4 again\n"
                + "10.0.0.5 again\n");
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("hosts", "state");
  }

  @Test
  void foreignRewriteIsSeenToldAndRepaired() {
    try (HostsFileInjector injector = bench.injector()) {
      injector.reconcile(Set.of(ICR));
      bench.look();
      assertThat(bench.drifts).isEmpty();

      replace(LOCALHOST + THEIRS);
      bench.look();
      bench.look();
      assertThat(bench.drifts).containsExactly(bench.hosts + " was replaced by another writer");

      InjectionReport report = injector.reconcile(Set.of(ICR));
      assertThat(bench.text()).isEqualTo(LOCALHOST + THEIRS + ICR_LINE + "\n");
      assertThat(report.note())
          .isEqualTo(
              bench.hosts
                  + " was changed by another writer: 1 line of ours was put right"
                  + " (repair 1 within a minute)");
      bench.look();
      assertThat(bench.drifts).hasSize(1);
    }
  }

  @Test
  void editInPlaceDisappearanceAndReturnAreSeen() throws IOException {
    try (HostsFileInjector injector = bench.injector()) {
      injector.reconcile(Set.of(ICR));
      bench.write(bench.text() + THEIRS);
      bench.look();
      Files.delete(bench.hosts);
      bench.look();
      bench.write(LOCALHOST);
      bench.look();
    }

    assertThat(bench.drifts)
        .containsExactly(
            bench.hosts + " was rewritten in place by another writer",
            bench.hosts + " has vanished",
            bench.hosts + " has appeared");
  }

  @Test
  void closedInjectorWatchesNoMoreAndLeavesWhatIsPublished() {
    HostsFileInjector injector = bench.injector();
    injector.reconcile(Set.of(ICR));
    Runnable watch = bench.watches.getFirst();

    injector.close();
    String left = bench.text();
    bench.write(LOCALHOST);
    watch.run();

    assertThat(left).contains(ICR_LINE);
    assertThat(bench.watches).isEmpty();
    assertThat(bench.drifts).isEmpty();
  }

  @Test
  void quarrelIsEndedByTheRateLimitAndTakenUpLater() {
    try (HostsFileInjector injector = bench.injector()) {
      injector.reconcile(Set.of(ICR, JP));
      for (int i = 0; i < 3; i++) {
        bench.write(LOCALHOST + JP_LINE + "\n");
        assertThat(injector.reconcile(Set.of(ICR, JP)).outcomes())
            .containsEntry(ICR, new Outcome.InPlace());
        bench.now = bench.now.plusSeconds(1);
      }
      bench.write(LOCALHOST + JP_LINE + "\n");

      InjectionReport report = injector.reconcile(Set.of(ICR, JP));

      assertThat(bench.text()).isEqualTo(LOCALHOST + JP_LINE + "\n");
      String reason =
          bench.hosts
              + " was changed by another writer and repaired 3 times within a minute, and waits"
              + " now";
      assertThat(Bench.refusal(report, ICR).reason()).isEqualTo(reason);
      assertThat(report.outcomes()).containsEntry(JP, new Outcome.InPlace());
      assertThat(report.note()).startsWith(reason + "; find the writer");

      bench.look();
      assertThat(bench.drifts).isEmpty();
      bench.now = bench.now.plusSeconds(57);
      bench.look();
      bench.look();
      assertThat(bench.drifts).containsExactly(bench.hosts + " may be repaired again");
      injector.reconcile(Set.of(ICR, JP));
      assertThat(bench.text()).contains(ICR_LINE);
    }
  }

  @Test
  void changeOfTheCatalogIsNoRepairAndNotLimited() {
    try (HostsFileInjector injector = bench.injector()) {
      for (int i = 0; i < 20; i++) {
        assertThat(injector.reconcile(Set.of(i % 2 == 0 ? ICR : JP)).changes()).isPositive();
      }
      assertThat(bench.text()).isEqualTo(LOCALHOST + JP_LINE + "\n");
    }
  }

  @Test
  void refusedFileIsTriedAgainByItself() {
    bench.write("");
    try (HostsFileInjector injector = bench.injector()) {
      injector.reconcile(Set.of(ICR));
      bench.now = bench.now.plusSeconds(29);
      bench.look();
      assertThat(bench.drifts).isEmpty();
      bench.now = bench.now.plusSeconds(1);
      bench.look();
      assertThat(bench.drifts).containsExactly(bench.hosts + " is tried again");
    }
  }

  private void survives(Step step, Runnable edit) {
    Set<Step> once = EnumSet.of(step);
    try (HostsFileInjector injector =
        bench.injector(reached -> {
          if (once.remove(reached)) {
            edit.run();
          }
        })) {
      injector.reconcile(Set.of(ICR));
    }
    assertThat(once).as("the step was reached").isEmpty();
    assertThat(bench.text().replace(ICR_LINE + "\n", "")).isEqualTo(LOCALHOST + THEIRS);
    assertThat(bench.text()).contains(ICR_LINE + "\n");
    assertThat(FileCommit.temporaryFor(bench.hosts)).doesNotExist();
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void replace(String text) {
    try {
      Path other = Files.writeString(directory.resolve("replacement"), text);
      Files.move(other, bench.hosts, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
