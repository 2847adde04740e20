package io.sallyport.plugins.injection.hosts;

import static io.sallyport.plugins.injection.hosts.Bench.ICR;
import static io.sallyport.plugins.injection.hosts.Bench.ICR_LINE;
import static io.sallyport.plugins.injection.hosts.Bench.JP;
import static io.sallyport.plugins.injection.hosts.Bench.JP_LINE;
import static io.sallyport.plugins.injection.hosts.Bench.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnfitFileTest {
  private static final String RESTORE = "restore it, with a line \"127.0.0.1 localhost\" at least";
  private static final String REMOVE =
      "remove the line, or only the marker from \"# sallyport\" on if the line should stay as your"
          + " own; nothing is written until then";

  @TempDir Path directory;
  private Bench bench;

  @BeforeEach
  void prepare() {
    bench = new Bench(directory);
  }

  @Test
  void emptyFileIsRefused() {
    bench.write("");

    refused(bench.hosts + " is empty", RESTORE);
  }

  @Test
  void fileWithoutLocalhostIsRefused() {
    bench.write("10.0.0.1 node\n# 127.0.0.1 localhost\n");

    refused(bench.hosts + " gives localhost no address, so it is not whole", RESTORE);
  }

  @Test
  void fileThatIsNotWholeKeepsOurLinesAtWithdrawal() {
    bench.write(ICR_LINE + "\n");

    InjectionReport report = bench.reconcile();

    assertThat(report.note()).isEqualTo(bench.hosts + " is empty; " + RESTORE);
    assertThat(bench.text()).isEqualTo(ICR_LINE + "\n");
  }

  @Test
  void fileWithNothingToDoIsNotComplainedAbout() {
    bench.write("");

    assertThat(bench.reconcile().note()).isEmpty();
  }

  @Test
  void missingFileIsRefusedAndNotCreated() {
    refused(
        bench.hosts + " does not exist",
        "create it whole, or name another file",
        InjectionReport::changes);
    assertThat(bench.hosts).doesNotExist();
  }

  @Test
  void linkToNothingIsRefused() throws IOException {
    Files.createSymbolicLink(bench.hosts, Path.of("nowhere"));

    refused(
        bench.hosts + " is a symbolic link that leads to no file",
        "create the file or mend the link",
        InjectionReport::changes);
  }

  @Test
  void directoryIsRefused() throws IOException {
    Files.createDirectory(bench.hosts);

    refused(bench.hosts + " is not a regular file", "name another file", InjectionReport::changes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "# sallyport: icr 00000000",
        "#sallyport:",
        "# 172.20.0.7 icr.io # sallyport: icr 00000000"
      })
  void markerWithoutEntryIsRefused(String line) {
    bench.write(LOCALHOST + line + "\n");

    refused(bench.hosts + ":2 carries our marker, but no address and names", REMOVE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "172.20.0.7 icr.io # sallyport: icr",
        "172.20.0.7 icr.io # sallyport/2: icr 12345678",
        "172.20.0.7 icr.io # sallyport:",
        "172.20.0.7 icr.io # sallyport: icr what 12345678",
        "172.20.0.7 icr.io # sallyport: icr +lf:1234 12345678",
        "172.20.0.7 icr.io # sallyport: i/c 12345678",
        "172.20.0.7 icr.io # theirs # sallyport: icr 12345678",
        "172.20.0.7 icr.io # sallyport: icr 12345678 10.0.0.1 node"
      })
  void markerThatCannotBeReadIsRefused(String line) {
    bench.write(LOCALHOST + JP_LINE + "\n" + line + "\n");

    refused(bench.hosts + ":3 carries a marker of ours that this version cannot read", REMOVE);
  }

  @Test
  void lineOfOursThatSomebodyChangedIsRefused() {
    for (String changed :
        new String[] {
          ICR_LINE.replace("icr.io ", "icr.io theirs.io "),
          ICR_LINE.replace("172.20.0.7", "172.20.0.8"),
          ICR_LINE.replace(": icr", ": other"),
          ICR_LINE.substring(0, ICR_LINE.length() - 1),
          ICR_LINE + "10.0.0.1",
          "10.0.0.1 node" + ICR_LINE
        }) {
      bench.write(LOCALHOST + changed + "\n");

      refused(bench.hosts + ":2 carries our marker, but was changed after we wrote it", REMOVE);
    }
  }

  @Test
  void severalDamagedLinesAreCounted() {
    bench.write(LOCALHOST + "#sallyport:\n#sallyport:\n#sallyport:\n");

    refused(
        bench.hosts + ":2 carries our marker, but no address and names (and 2 more lines)", REMOVE);
  }

  @Test
  void damagedFileIsLeftAloneAtWithdrawal() {
    String damaged = LOCALHOST + "#sallyport:\n" + ICR_LINE + "\n";
    bench.write(damaged);

    InjectionReport report = bench.reconcile();

    assertThat(report.note()).startsWith(bench.hosts + ":2 carries our marker");
    assertThat(bench.text()).isEqualTo(damaged);
  }

  @Test
  void previewTellsTheRefusal() {
    bench.write("");

    try (HostsFileInjector injector = bench.injector()) {
      assertThat(injector.preview(Set.of(ICR)))
          .containsExactly("! " + bench.hosts + " is empty; " + RESTORE);
    }
  }

  @Test
  void anotherHolderOfTheLockIsNotOverrun() throws IOException {
    bench.write(LOCALHOST);
    Path lock = bench.state.resolve("hosts-file.lock");

    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      assertThat(held.isValid()).isTrue();
      refused(
          "another process edits " + bench.hosts + " and holds " + lock,
          "wait for it, or end it if it hangs");
    }
    assertThat(bench.reconcile(ICR).changes()).isEqualTo(1);
  }

  @Test
  void missingStateDirectoryIsRefused() throws IOException {
    bench.write(LOCALHOST);
    Files.delete(bench.state);

    refused(
        "cannot prepare the edit of "
            + bench.hosts
            + ": no such file ("
            + bench.state.resolve("hosts-file.lock")
            + ")",
        "let this process write its state directory " + bench.state);
  }

  private void refused(String reason, String remedy) {
    String before = bench.text();
    refused(reason, remedy, report -> bench.text().equals(before) ? 0 : -1);
  }

  private void refused(String reason, String remedy, ToIntFunction<InjectionReport> unchanged) {
    InjectionReport report = bench.reconcile(ICR, JP);
    assertThat(report.outcomes())
        .containsEntry(ICR, new Outcome.Refused(reason, remedy))
        .containsEntry(JP, new Outcome.Refused(reason, remedy));
    assertThat(report.note()).isEqualTo(reason + "; " + remedy);
    assertThat(report.changes()).isZero();
    assertThat(unchanged.applyAsInt(report)).isZero();
  }
}
