package io.sallyport.plugins.injection.rendered;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenderedInjectorTest {
  @TempDir Path directory;
  private RenderedBench bench;

  @BeforeEach
  void open() throws IOException {
    bench = new RenderedBench(directory);
  }

  @Test
  void theFileIsMadeReplacedAndRemovedAndTheProgramToldEachTime() throws Exception {
    RenderedInjector injector = bench.counting();
    InjectionReport report = injector.reconcile(Set.of(RenderedBench.ICR, RenderedBench.NAMELESS));
    assertThat(report.outcomes())
        .containsEntry(RenderedBench.ICR, new Outcome.InPlace())
        .containsEntry(RenderedBench.NAMELESS, new Outcome.InPlace());
    assertThat(report.changes()).isEqualTo(1);
    assertThat(report.note()).isEmpty();
    assertThat(Files.readString(bench.file))
        .isEqualTo(
            """
            # sallyport: this file is Sallyport's; changes are undone. 4a1b2f5f
            172.20.0.7 icr.io cp.icr.io
            """
                .replace("4a1b2f5f", Files.readString(bench.file).substring(59, 67)));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bench.file)))
        .isEqualTo("rw-r--r--");
    assertThat(bench.reloads()).isEqualTo(1);

    assertThat(injector.reconcile(Set.of(RenderedBench.ICR)).changes()).isZero();
    assertThat(bench.reloads()).isEqualTo(1);

    assertThat(injector.reconcile(Set.of(RenderedBench.ICR, RenderedBench.SIX)).changes())
        .isEqualTo(1);
    assertThat(RenderedBench.body(bench.file))
        .containsExactly("172.20.0.7 icr.io cp.icr.io", "fd00::7 six.example");
    assertThat(bench.reloads()).isEqualTo(2);

    assertThat(injector.reconcile(Set.of()).changes()).isEqualTo(2);
    assertThat(bench.file).doesNotExist();
    assertThat(bench.reloads()).isEqualTo(3);
    assertThat(injector.reconcile(Set.of()).changes()).isZero();
    assertThat(bench.reloads()).isEqualTo(3);
    assertThat(bench.root.resolve("etc")).isEmptyDirectory();
  }

  @Test
  void aRestartFindsItsFileAndTellsNobody() throws Exception {
    bench.counting().reconcile(Set.of(RenderedBench.ICR));
    assertThat(bench.counting().reconcile(Set.of(RenderedBench.ICR)).changes()).isZero();
    assertThat(bench.reloads()).isEqualTo(1);
    assertThat(bench.counting().reconcile(Set.of()).changes()).isEqualTo(1);
    assertThat(bench.file).doesNotExist();
  }

  @Test
  void foreignEditsAreRepairedAndTold() throws Exception {
    RenderedInjector injector = bench.counting();
    injector.reconcile(Set.of(RenderedBench.ICR));
    bench.look();
    assertThat(bench.drifts).isEmpty();
    Files.writeString(bench.file, Files.readString(bench.file) + "6.6.6.6 icr.io\n");
    bench.look();
    assertThat(bench.drifts)
        .containsExactly(bench.file + " was rewritten in place by another writer");
    InjectionReport report = injector.reconcile(Set.of(RenderedBench.ICR));
    assertThat(report.note())
        .isEqualTo(bench.file + " was changed by another writer: it was put right");
    assertThat(RenderedBench.body(bench.file)).containsExactly("172.20.0.7 icr.io cp.icr.io");
    assertThat(bench.reloads()).isEqualTo(2);

    Files.delete(bench.file);
    bench.look();
    assertThat(bench.drifts).last().isEqualTo(bench.file + " has vanished");
    assertThat(injector.reconcile(Set.of(RenderedBench.ICR)).note())
        .isEqualTo(bench.file + " was removed by another writer and is back");

    Files.writeString(bench.file, Files.readString(bench.file) + "6.6.6.6 icr.io\n");
    report = injector.reconcile(Set.of(RenderedBench.ICR));
    String quarrel =
        bench.file
            + " was changed by another writer and repaired 2 times within a minute, and waits now";
    String remedy = "find the writer that changes it, and give it another file";
    assertThat(report.note()).isEqualTo(quarrel + "; " + remedy);
    assertThat(report.outcomes().get(RenderedBench.ICR))
        .isEqualTo(new Outcome.Refused(quarrel, remedy));
    bench.now = bench.now.plus(Duration.ofSeconds(61));
    bench.look();
    assertThat(bench.drifts).last().isEqualTo(bench.file + " may be repaired again");
    assertThat(injector.reconcile(Set.of(RenderedBench.ICR)).outcomes())
        .containsEntry(RenderedBench.ICR, new Outcome.InPlace());
    assertThat(RenderedBench.body(bench.file)).containsExactly("172.20.0.7 icr.io cp.icr.io");
  }

  @Test
  void aFileOfOthersStaysAsItIs() throws Exception {
    Files.createDirectories(bench.file.getParent());
    Files.writeString(bench.file, "10.0.0.1 somebody.example\n");
    RenderedInjector injector = bench.counting();
    InjectionReport report = injector.reconcile(Set.of(RenderedBench.ICR, RenderedBench.NAMELESS));
    String reason = bench.file + " is not ours: it does not start with our mark";
    String remedy = "move it away, or set another path; it stays as it is until then";
    assertThat(report.outcomes().get(RenderedBench.ICR))
        .isEqualTo(new Outcome.Refused(reason, remedy));
    assertThat(report.note()).isEqualTo(reason + "; " + remedy);
    assertThat(injector.preview(Set.of(RenderedBench.ICR)))
        .containsExactly("! " + reason + "; " + remedy);
    injector.reconcile(Set.of());
    assertThat(bench.file).hasContent("10.0.0.1 somebody.example\n");
    assertThat(bench.reloads()).isZero();
    Files.writeString(bench.file, "");
    assertThat(injector.reconcile(Set.of(RenderedBench.ICR)).note()).isEmpty();
  }

  @Test
  void aDirectoryThatIsMissingIsTold() {
    Path deep = bench.root.resolve("no/such/names");
    InjectionReport report =
        bench
            .injector(new HostsFormat(deep), bench.settings(deep))
            .reconcile(Set.of(RenderedBench.ICR));
    assertThat(report.note())
        .isEqualTo(
            "cannot make "
                + deep
                + ": no such file ("
                + deep.getParent()
                + "); create its directory, and let this process write there");
  }

  @Test
  void aFailedReloadIsToldAndTriedAgainAlsoByTheNextAgent() throws Exception {
    Path works = bench.root.resolve("works");
    String[] command = {"sh", "-c", "echo no such unit; echo twice; test -e " + works};
    RenderedInjector injector =
        bench.injector(new HostsFormat(bench.file), bench.settings(bench.file, command));
    InjectionReport report = injector.reconcile(Set.of(RenderedBench.ICR));
    String reason =
        "the reload command \""
            + String.join(" ", command)
            + "\" ended with code 1: no such unit / twice";
    String remedy =
        "see whether the program runs, or set reload to the right command; it is tried again by"
            + " itself";
    assertThat(report.outcomes().get(RenderedBench.ICR))
        .isEqualTo(new Outcome.Refused(reason, remedy));
    assertThat(report.changes()).isEqualTo(1);
    assertThat(injector.reconcile(Set.of(RenderedBench.ICR)).note())
        .isEqualTo(reason + "; " + remedy);
    injector.close();
    RenderedInjector next =
        bench.injector(new HostsFormat(bench.file), bench.settings(bench.file, command));
    assertThat(next.reconcile(Set.of(RenderedBench.ICR)).note()).isEqualTo(reason + "; " + remedy);
    Files.createFile(works);
    assertThat(next.reconcile(Set.of(RenderedBench.ICR)).note()).isEmpty();
    Files.delete(works);
    assertThat(next.reconcile(Set.of(RenderedBench.ICR)).note()).isEmpty();
  }

  @Test
  void aReloadThatHangsOrIsNotThereIsTold() {
    String[] hangs = {"sh", "-c", "sleep 30; true"};
    long start = System.nanoTime();
    assertThat(
            bench
                .injector(
                    new HostsFormat(bench.file),
                    bench.settings(bench.file, Duration.ofMillis(500), hangs))
                .reconcile(Set.of(RenderedBench.ICR))
                .note())
        .startsWith(
            "the reload command \"sh -c sleep 30; true\" did not end within 500 ms; see whether");
    assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
    // Without a shell: this is one program with a strange name.
    assertThat(
            bench
                .injector(new HostsFormat(bench.file), bench.settings(bench.file, "true; true"))
                .reconcile(Set.of(RenderedBench.ICR))
                .note())
        .startsWith("the reload command \"true; true\" cannot be run: ")
        .contains("No such file or directory");
  }

  @Test
  void previewSaysWhatWouldBeWritten() {
    RenderedInjector injector = bench.counting();
    injector.reconcile(Set.of(RenderedBench.ICR));
    assertThat(injector.preview(Set.of(RenderedBench.ICR))).isEmpty();
    assertThat(injector.preview(Set.of(RenderedBench.SIX)))
        .containsExactly(
            "- 172.20.0.7 icr.io cp.icr.io in " + bench.file,
            "+ fd00::7 six.example in " + bench.file);
  }

  @Test
  void aMountedFileIsEditedInPlaceAndEmptiedWhenWithdrawn() throws Exception {
    // What cannot be removed is emptied: here because the name is a directory's business that we
    // may not touch, as with a bind mount.
    io.sallyport.plugins.injection.loopback.Namespaces.required();
    Files.createDirectories(bench.file.getParent());
    Files.writeString(bench.file, "");
    Path outside = Files.writeString(bench.root.resolve("outside"), "");
    String output =
        io.sallyport.plugins.injection.loopback.Namespaces.scenario(
            MountedScenario.class,
            "mount --make-rprivate / && mount --bind " + outside + " " + bench.file,
            bench.root.toString());
    assertThat(output).contains("published: [172.20.0.7 icr.io cp.icr.io]\nwithdrawn: []\n");
    assertThat(RenderedBench.body(outside)).isEmpty();
  }

  @Test
  void formatsSayWhatEachProgramReads() {
    Set<io.sallyport.api.injection.HostBinding> both =
        Set.of(RenderedBench.ICR, RenderedBench.SIX, RenderedBench.NAMELESS);
    assertThat(new UnboundFormat(bench.file, Duration.ofSeconds(30)).pages(both).get(bench.file))
        .extracting(Page::lines)
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .containsExactly(
            "server:",
            "  local-data: \"icr.io. 30 IN A 172.20.0.7\"",
            "  local-data: \"cp.icr.io. 30 IN A 172.20.0.7\"",
            "  local-data-ptr: \"172.20.0.7 30 icr.io.\"",
            "  local-data: \"six.example. 30 IN AAAA fd00::7\"",
            "  local-data-ptr: \"fd00::7 30 six.example.\"");
    assertThat(
            new ResolvedFormat(
                    bench.file, io.sallyport.plugins.injection.dns.ServerAddresses.RESPONDER)
                .pages(both)
                .get(bench.file)
                .lines())
        .containsExactly(
            "[Resolve]",
            "DNS=",
            "DNS=127.0.0.153",
            "Domains=~icr.io",
            "Domains=~cp.icr.io",
            "Domains=~six.example");
    assertThat(new HostsFormat(bench.file).pages(Set.of(RenderedBench.NAMELESS))).isEmpty();
  }
}
