package io.sallyport.plugins.injection.hosts;

import static io.sallyport.plugins.injection.hosts.Bench.ICR;
import static io.sallyport.plugins.injection.hosts.Bench.ICR_LINE;
import static io.sallyport.plugins.injection.hosts.Bench.JP;
import static io.sallyport.plugins.injection.hosts.Bench.JP_LINE;
import static io.sallyport.plugins.injection.hosts.Bench.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import io.sallyport.plugins.injection.files.FileCommit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostsFileInjectorTest {
  @TempDir Path directory;
  private Bench bench;

  @BeforeEach
  void prepare() {
    bench = new Bench(directory);
  }

  @Test
  void publishesOneMarkedLinePerBindingBehindTheForeignOnes() {
    bench.write(LOCALHOST + "10.0.0.1 node # mine\n");

    InjectionReport report = bench.reconcile(JP, ICR);

    assertThat(bench.text())
        .isEqualTo(LOCALHOST + "10.0.0.1 node # mine\n" + ICR_LINE + "\n" + JP_LINE + "\n");
    assertThat(ICR_LINE)
        .matches("172\\.20\\.0\\.7 icr\\.io cp\\.icr\\.io # sallyport: icr [0-9a-f]{8}");
    assertThat(report.changes()).isEqualTo(2);
    assertThat(report.note()).isEmpty();
    assertThat(report.outcomes())
        .containsEntry(ICR, new Outcome.InPlace())
        .containsEntry(JP, new Outcome.InPlace())
        .hasSize(2);
  }

  @Test
  void doingItAgainTouchesNothing() throws IOException {
    bench.write(LOCALHOST);
    bench.reconcile(ICR);
    Object inode = Files.getAttribute(bench.hosts, "unix:ino");
    FileTime modified = Files.getLastModifiedTime(bench.hosts);

    InjectionReport report = bench.reconcile(ICR);

    assertThat(report.changes()).isZero();
    assertThat(Files.getAttribute(bench.hosts, "unix:ino")).isEqualTo(inode);
    assertThat(Files.getLastModifiedTime(bench.hosts)).isEqualTo(modified);
  }

  @Test
  void withdrawalGivesBackTheFileAsItWas() {
    String before = LOCALHOST + "\n\t# a comment\r\n10.0.0.1\tcaf\u00e9 \u0000x\n";
    bench.write(before);
    bench.reconcile(ICR, JP);

    InjectionReport report = bench.reconcile();

    assertThat(bench.text()).isEqualTo(before);
    assertThat(report.changes()).isEqualTo(2);
  }

  @Test
  void changesAServicesLineWhereItStands() {
    bench.write(LOCALHOST);
    bench.reconcile(ICR);
    bench.write(bench.text() + "10.0.0.9 later\n");
    HostBinding moved = Bench.binding("icr", "172.20.0.8", "icr.io");

    bench.reconcile(moved);

    assertThat(bench.text())
        .isEqualTo(
            LOCALHOST + new OwnLine("icr", "172.20.0.8 icr.io").text() + "\n10.0.0.9 later\n");
  }

  @Test
  void staysWhereItIsWhenOthersAppendSoThatNobodyQuarrelsOverTheLastWord() {
    bench.write(LOCALHOST);
    bench.reconcile(ICR);
    String appended =
        bench.text() + "172.21.75.245 image-registry # openshift-generated-node-resolver\n";
    bench.write(appended);

    InjectionReport report = bench.reconcile(ICR);

    assertThat(report.changes()).isZero();
    assertThat(bench.text()).isEqualTo(appended);
  }

  @Test
  void crlfFileGetsCrlfLines() {
    String before = "127.0.0.1 localhost\r\n10.0.0.1 node\r\n";
    bench.write(before);

    bench.reconcile(ICR);

    assertThat(bench.text()).isEqualTo(before + ICR_LINE + "\r\n");
    bench.reconcile();
    assertThat(bench.text()).isEqualTo(before);
  }

  @Test
  void mixedFileGetsTheEndingsThatMostLinesHave() {
    bench.write("127.0.0.1 localhost\r\n10.0.0.1 a\n10.0.0.2 b\n");

    bench.reconcile(ICR);

    assertThat(bench.text()).endsWith("b\n" + ICR_LINE + "\n");
  }

  @Test
  void missingFinalLineEndIsAddedWithOurLinesAndGoesWithThem() {
    String before = LOCALHOST + "10.0.0.1 node";
    bench.write(before);

    bench.reconcile(ICR, JP);

    assertThat(bench.text())
        .startsWith(before + "\n172.20.0.7 icr.io cp.icr.io # sallyport: icr +lf:")
        .endsWith("\n" + JP_LINE + "\n");
    bench.reconcile(JP);
    assertThat(bench.text()).startsWith(before + "\n172.20.0.3 jp.icr.io # sallyport: jp +lf:");
    bench.reconcile();
    assertThat(bench.text()).isEqualTo(before);
  }

  @Test
  void missingFinalLineEndOfACrlfFileIsGivenBackToo() {
    String before = "127.0.0.1 localhost\r\n10.0.0.1 node\r";
    bench.write(before);

    bench.reconcile(ICR);

    assertThat(bench.text()).startsWith(before + "\r\n172.20.0.7 ").endsWith("\r\n");
    bench.reconcile();
    assertThat(bench.text()).isEqualTo(before);
  }

  @Test
  void lineEndThatSomebodyElseMeanwhileNeedsStays() {
    bench.write(LOCALHOST + "10.0.0.1 node");
    bench.reconcile(ICR);
    bench.write(bench.text() + "10.0.0.2 other\n");

    bench.reconcile();

    assertThat(bench.text()).isEqualTo(LOCALHOST + "10.0.0.1 node\n10.0.0.2 other\n");
  }

  @Test
  void lineEndOfALineThatSomebodyElsePutBeforeOursStays() {
    bench.write(LOCALHOST + "10.0.0.1 node");
    bench.reconcile(ICR);
    bench.write(bench.text().replace("10.0.0.1 node\n", "10.0.0.1 node\n10.0.0.2 other\n"));

    bench.reconcile();

    assertThat(bench.text()).isEqualTo(LOCALHOST + "10.0.0.1 node\n10.0.0.2 other\n");
  }

  @Test
  void commentsThatMentionUsWithoutOurMarkAreForeign() {
    String before = LOCALHOST + "# sallyport is installed here\n#sallyport\n10.0.0.1 sallyport\n";
    bench.write(before);

    bench.reconcile(ICR);
    bench.reconcile();

    assertThat(bench.text()).isEqualTo(before);
  }

  @Test
  void conflictingForeignLineStaysAndOursGoesBeforeIt() {
    bench.write(LOCALHOST + "10.0.0.1 node\n166.9.1.1\tCP.icr.io other.io # theirs\n10.0.0.2 b\n");

    InjectionReport report = bench.reconcile(ICR, JP);

    assertThat(bench.text())
        .isEqualTo(
            LOCALHOST
                + "10.0.0.1 node\n"
                + ICR_LINE
                + "\n166.9.1.1\tCP.icr.io other.io # theirs\n10.0.0.2 b\n"
                + JP_LINE
                + "\n");
    assertThat(report.outcomes()).containsEntry(ICR, new Outcome.InPlace());
    assertThat(report.note())
        .startsWith(bench.hosts + ":4 leads cp.icr.io to 166.9.1.1 too; our line stands before it")
        .endsWith("remove the name from that line");
  }

  @Test
  void ourLineMovesWhenAConflictingLineAppearsBeforeIt() {
    bench.write(LOCALHOST);
    bench.reconcile(ICR, JP);
    bench.write("fd00::1 icr.io\n" + bench.text());

    InjectionReport report = bench.reconcile(ICR, JP);

    assertThat(bench.text())
        .isEqualTo(ICR_LINE + "\nfd00::1 icr.io\n" + LOCALHOST + JP_LINE + "\n");
    assertThat(report.changes()).isEqualTo(1);
    assertThat(report.note()).contains(bench.hosts + ":2 leads icr.io to fd00::1 too");
    bench.reconcile();
    assertThat(bench.text()).isEqualTo("fd00::1 icr.io\n" + LOCALHOST);
  }

  @Test
  void foreignLineThatAgreesIsNoConflict() {
    String before = LOCALHOST + "172.20.0.7 icr.io cp.icr.io\n";
    bench.write(before);

    InjectionReport report = bench.reconcile(ICR);

    assertThat(report.note()).isEmpty();
    assertThat(bench.text()).isEqualTo(before + ICR_LINE + "\n");
  }

  @Test
  void manyNamesAreSplitOverLinesThatEveryReaderTakes() {
    bench.write(LOCALHOST);
    String[] names =
        IntStream.range(0, 100)
            .mapToObj(i -> "registry-number-" + i + ".a-rather-long-zone.example.org")
            .toArray(String[]::new);

    bench.reconcile(Bench.binding("many", "fd00::7", names));

    List<String> lines = bench.text().lines().skip(1).toList();
    assertThat(lines).hasSizeGreaterThan(9).allMatch(line -> line.length() <= 500);
    assertThat(lines).allMatch(line -> line.startsWith("fd00::7 registry-number-"));
    assertThat(String.join("\n", lines)).contains(names);
    bench.reconcile();
    assertThat(bench.text()).isEqualTo(LOCALHOST);
  }

  @Test
  void surplusCopiesOfOurLinesAreRemoved() {
    bench.write(LOCALHOST);
    bench.reconcile(ICR);
    bench.write(bench.text() + bench.text());

    bench.reconcile(ICR);

    assertThat(bench.text()).isEqualTo(LOCALHOST + ICR_LINE + "\n" + LOCALHOST);
  }

  @Test
  void ourLineWithOtherSpacingAndEndingIsStillOurs() {
    bench.write(LOCALHOST + ICR_LINE.replace(" ", "\t ") + "\r\n");

    bench.reconcile(ICR);

    assertThat(bench.text()).isEqualTo(LOCALHOST + ICR_LINE + "\n");
  }

  @Test
  void bindingWithoutNamesNeedsNoLine() {
    bench.write(LOCALHOST);
    HostBinding nameless = Bench.binding("api", "172.20.0.1");

    InjectionReport report = bench.reconcile(nameless);

    assertThat(report.outcomes()).containsEntry(nameless, new Outcome.InPlace());
    assertThat(bench.text()).isEqualTo(LOCALHOST);
  }

  @Test
  void localhostIsNotForTaking() {
    bench.write(LOCALHOST);
    HostBinding greedy = Bench.binding("greedy", "172.20.0.1", "localhost");

    InjectionReport report = bench.reconcile(greedy, ICR);

    assertThat(Bench.refusal(report, greedy))
        .isEqualTo(
            new Outcome.Refused(
                "service greedy would take over localhost", "remove the name from the service"));
    assertThat(report.outcomes()).containsEntry(ICR, new Outcome.InPlace());
    assertThat(bench.text()).isEqualTo(LOCALHOST + ICR_LINE + "\n");
  }

  @Test
  void previewTellsWhatWouldBeDoneAndTouchesNothing() throws IOException {
    bench.write(LOCALHOST);
    bench.reconcile(JP);
    bench.write("166.9.1.1 br.icr.io\n" + LOCALHOST + JP_LINE + "\n");
    Files.delete(bench.state.resolve("hosts-file.lock"));
    String before = bench.text();
    HostBinding br = Bench.binding("br", "172.20.0.11", "br.icr.io");

    try (HostsFileInjector injector = bench.injector()) {
      assertThat(injector.preview(Set.of(ICR, br)))
          .containsExactly(
              "- 172.20.0.3 jp.icr.io   (service jp)",
              "+ 172.20.0.11 br.icr.io   (service br)",
              "+ 172.20.0.7 icr.io cp.icr.io   (service icr)");
      assertThat(injector.preview(Set.of(JP))).isEmpty();
    }
    assertThat(bench.text()).isEqualTo(before);
    assertThat(bench.state).isEmptyDirectory();
    assertThat(bench.watches).isEmpty();
  }

  @Test
  void modeOwnerAndExtendedAttributesStay() throws IOException {
    bench.write(LOCALHOST);
    Files.setPosixFilePermissions(bench.hosts, PosixFilePermissions.fromString("rw-r-----"));
    if ((int) Files.getAttribute(directory, "unix:uid") == 0) {
      Files.setAttribute(bench.hosts, "unix:uid", 1234);
      Files.setAttribute(bench.hosts, "unix:gid", 2345);
    }
    UserDefinedFileAttributeView attributes =
        Files.getFileAttributeView(bench.hosts, UserDefinedFileAttributeView.class);
    attributes.write("origin", ByteBuffer.wrap("theirs".getBytes(StandardCharsets.US_ASCII)));
    var ownership = Files.readAttributes(bench.hosts, "unix:uid,gid,mode");
    Object inode = Files.getAttribute(bench.hosts, "unix:ino");

    bench.reconcile(ICR);

    assertThat(Files.getAttribute(bench.hosts, "unix:ino")).isNotEqualTo(inode);
    assertThat(Files.readAttributes(bench.hosts, "unix:uid,gid,mode")).isEqualTo(ownership);
    ByteBuffer value = ByteBuffer.allocate(16);
    attributes.read("origin", value);
    assertThat(new String(value.array(), 0, value.position(), StandardCharsets.US_ASCII))
        .isEqualTo("theirs");
  }

  @Test
  void symbolicLinkStaysALinkAndItsTargetIsEdited() throws IOException {
    Path target = Files.createDirectory(directory.resolve("real")).resolve("target");
    Files.writeString(target, LOCALHOST);
    Files.createSymbolicLink(bench.hosts, Path.of("real/target"));

    bench.reconcile(ICR);

    assertThat(Files.isSymbolicLink(bench.hosts)).isTrue();
    assertThat(Files.readSymbolicLink(bench.hosts)).isEqualTo(Path.of("real/target"));
    assertThat(Files.isSymbolicLink(target)).isFalse();
    assertThat(Bench.text(target)).isEqualTo(LOCALHOST + ICR_LINE + "\n");
  }

  @Test
  void fileWithTwoNamesKeepsBoth() throws IOException {
    bench.write(LOCALHOST);
    Path other = Files.createLink(directory.resolve("other"), bench.hosts);

    bench.reconcile(ICR, JP);

    assertThat(Files.isSameFile(other, bench.hosts)).isTrue();
    assertThat(Bench.text(other)).isEqualTo(LOCALHOST + ICR_LINE + "\n" + JP_LINE + "\n");
    bench.reconcile(JP);
    assertThat(Bench.text(other)).isEqualTo(LOCALHOST + JP_LINE + "\n");
    assertThat(bench.state.toFile().list()).containsExactly("hosts-file.lock");
  }

  @Test
  void leavesNothingBesideTheFile() throws IOException {
    bench.write(LOCALHOST);
    Path leftover = FileCommit.temporaryFor(bench.hosts.toRealPath(LinkOption.NOFOLLOW_LINKS));
    Files.writeString(leftover, "from a crash");

    bench.reconcile(ICR);

    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("hosts", "state");
  }

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(new HostsFileInjectorFactory())
        .isInstanceOf(HostInjectorFactory.class)
        .returns("hosts-file", HostsFileInjectorFactory::type)
        .returns(InjectionPhase.NAME, HostsFileInjectorFactory::phase);
  }

  @Test
  void hundredThousandForeignLinesAndTenThousandBindings() {
    StringBuilder text = new StringBuilder(LOCALHOST);
    for (int i = 0; i < 100_000; i++) {
      text.append("10.").append(i / 65536).append('.').append(i / 256 % 256).append('.');
      text.append(i % 256).append("\thost-").append(i).append(".example.org # line ").append(i);
      text.append(i % 7 == 0 ? "\r\n" : "\n");
    }
    String before = text.toString();
    bench.write(before);
    HostBinding[] bindings =
        IntStream.range(0, 10_000)
            .mapToObj(i ->
                Bench.binding(
                    "s" + i, "172.20." + i / 250 + "." + (1 + i % 250), "s" + i + ".icr.io"))
            .toArray(HostBinding[]::new);

    long start = System.nanoTime();
    InjectionReport report = bench.reconcile(bindings);
    long published = System.nanoTime();
    assertThat(report.changes()).isEqualTo(10_000);
    assertThat(bench.text()).startsWith(before);
    bench.reconcile(bindings);
    long again = System.nanoTime();
    bench.reconcile();
    long withdrawn = System.nanoTime();

    assertThat(bench.text()).isEqualTo(before);
    System.out.printf(
        "hosts-file, 100,000 lines and 10,000 bindings: publish %d ms, again %d ms, withdraw %d"
            + " ms%n",
        (published - start) / 1_000_000,
        (again - published) / 1_000_000,
        (withdrawn - again) / 1_000_000);
    // A quadratic step would take minutes; the bound leaves room for a busy machine.
    assertThat(withdrawn - start).isLessThan(15_000_000_000L);
  }
}
