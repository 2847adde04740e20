package io.sallyport.distribution.node;

import static io.sallyport.distribution.node.CatalogFollower.SETTLING;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.config.Problem;
import io.sallyport.distribution.CapturedLog;
import io.sallyport.distribution.FixedClock;
import io.sallyport.distribution.TestStrategies;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogWriter;
import io.sallyport.distribution.status.CatalogStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogFollowerTest {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final String ICR = service("icr", "172.20.0.7");
  private static final String DE = service("de", "172.20.0.4");
  private static final CatalogWriter WRITER =
      new CatalogWriter(TestStrategies.balancers(), TestStrategies.checks());
  private static final String BROKEN = "services { icr { adress = 172.20.0.7 } }\n";

  @TempDir Path directory;

  private final FixedClock clock = new FixedClock("2026-11-23T02:13:46Z");
  private final CapturedLog log = new CapturedLog(CatalogFollower.class);
  private final List<Catalog> taken = new ArrayList<>();
  private MetricRegistry metrics = new MetricRegistry();
  private Path file;
  private Path state;
  private int writes;

  @BeforeEach
  void directories() throws IOException {
    file = directory.resolve("catalog.conf");
    state = Files.createDirectory(directory.resolve("state"));
  }

  @AfterEach
  void stopCapturing() {
    log.close();
  }

  @Test
  void anEditIsTakenOnceItHasBeenLeftAlone() throws Exception {
    write(ICR);
    CatalogFollower follower = started();

    assertThat(look(follower)).isEqualTo(POLL);
    write(ICR + DE);
    assertThat(look(follower)).isEqualTo(SETTLING);
    assertThat(taken).isEmpty();
    assertThat(look(follower)).isEqualTo(POLL);

    assertThat(taken).hasSize(1);
    assertThat(taken.getFirst().revision()).isEqualTo(new Revision(1, 2));
    assertThat(ids(taken.getFirst())).containsExactly("icr", "de");
    assertThat(follower.status().revision()).isEqualTo("1.2");
    assertThat(look(follower)).isEqualTo(POLL);
    assertThat(taken).hasSize(1);
  }

  @Test
  void aFileThatIsBeingWrittenIsWaitedFor() throws Exception {
    write(ICR);
    CatalogFollower follower = started();
    write("services { icr {");
    assertThat(look(follower)).isEqualTo(SETTLING);
    write("services { icr { address = 172");
    assertThat(look(follower)).isEqualTo(SETTLING);
    write(DE);
    assertThat(look(follower)).isEqualTo(SETTLING);
    assertThat(look(follower)).isEqualTo(POLL);
    assertThat(ids(taken.getFirst())).containsExactly("de");
    assertThat(follower.status().refused()).isFalse();
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void aBadEditIsRefusedWholeAndToldOnce() throws Exception {
    write(ICR);
    CatalogFollower follower = started();
    write(BROKEN + DE);
    settle(follower);

    assertThat(taken).isEmpty();
    CatalogStatus status = follower.status();
    assertThat(status.state()).isEqualTo("refused");
    assertThat(status.revision()).isEqualTo("1.1");
    assertThat(status.fromLastGood()).isFalse();
    assertThat(status.problems())
        .anySatisfy(problem ->
            assertThat(problem)
                .isEqualTo(
                    file + ":1: services.icr.adress: unknown key; did you mean \"address\"?"));
    assertThat(log.lines().getFirst())
        .isEqualTo(
            "ERROR the catalog's file was refused: the last good catalog goes on file="
                + file
                + " problems="
                + status.problems().size()
                + " revision=1.1");
    assertThat(log.lines()).hasSize(1 + status.problems().size());
    assertThat(value("catalog_refused")).isEqualTo(1);
    assertThat(metrics.counter("catalogs_refused_total").getCount()).isEqualTo(1);

    touch();
    settle(follower);
    assertThat(log.lines()).hasSize(1 + status.problems().size());
    assertThat(metrics.counter("catalogs_refused_total").getCount()).isEqualTo(1);
  }

  @Test
  void theOldContentEndsARefusalWithoutAChange() throws Exception {
    write(ICR);
    CatalogFollower follower = started();
    write(BROKEN);
    settle(follower);
    write(ICR);
    settle(follower);
    assertThat(follower.status().refused()).isFalse();
    assertThat(follower.status().revision()).isEqualTo("1.1");
    assertThat(taken).isEmpty();
    assertThat(log.lines().getLast())
        .isEqualTo("INFO the catalog's file is good again file=" + file + " revision=1.1");
    assertThat(value("catalog_refused")).isEqualTo(0);
  }

  @Test
  void commentsAndTouchesMakeNoNewRevision() throws Exception {
    write(ICR);
    CatalogFollower follower = started();
    write("# a comment\n" + ICR);
    settle(follower);
    touch();
    settle(follower);
    assertThat(taken).isEmpty();
    assertThat(follower.status().revision()).isEqualTo("1.1");
  }

  @Test
  void anEmptiedOrRemovedFileIsARefusalNotAnEmptyCatalog() throws Exception {
    write(ICR);
    CatalogFollower follower = started();
    write("");
    settle(follower);
    assertThat(follower.status().problems())
        .containsExactly(
            file + ": services: is missing; write services {} if there are to be none");
    Files.delete(file);
    settle(follower);
    assertThat(follower.status().problems())
        .containsExactly(file + ": does not exist; check the path");
    assertThat(taken).isEmpty();
    write(ICR);
    settle(follower);
    assertThat(follower.status().refused()).isFalse();
  }

  @Test
  void aSwappedLinkIsFollowedAsKubernetesSwapsThem() throws Exception {
    Path first = Files.createDirectory(directory.resolve("..first"));
    Path second = Files.createDirectory(directory.resolve("..second"));
    Files.writeString(first.resolve("catalog.conf"), ICR);
    Files.writeString(second.resolve("catalog.conf"), DE);
    Path data = Files.createSymbolicLink(directory.resolve("..data"), Path.of("..first"));
    Files.createSymbolicLink(file, Path.of("..data/catalog.conf"));
    CatalogFollower follower = started();

    Path swap = Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of("..second"));
    Files.move(swap, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    settle(follower);
    assertThat(ids(taken.getFirst())).containsExactly("de");
  }

  @Test
  void anIncludedFileIsFollowedTooAlsoOneThatDoesNotExistYet() throws Exception {
    Path included = directory.resolve("de.conf");
    Files.writeString(included, DE);
    write("include \"de.conf\"\n" + ICR);
    CatalogFollower follower = started();
    Files.writeString(included, service("uk", "172.20.0.5") + service("fr", "172.20.0.6"));
    settle(follower);
    assertThat(ids(taken.getFirst())).containsExactlyInAnyOrder("icr", "uk", "fr");

    write("include \"jp.conf\"\n" + ICR);
    settle(follower);
    settle(follower);
    int before = taken.size();
    Files.writeString(directory.resolve("jp.conf"), service("jp", "172.20.0.3"));
    settle(follower);
    assertThat(taken).hasSize(before + 1);
    assertThat(ids(taken.getLast())).containsExactlyInAnyOrder("icr", "jp");
  }

  @Test
  void aRestartWithTheSameFileKeepsTheRevision() throws Exception {
    write(ICR);
    CatalogFollower follower = started();
    write(ICR + DE);
    settle(follower);
    assertThat(started().status().revision()).isEqualTo("1.2");
  }

  @Test
  void aRestartWithAnotherContentHasANewRevision() throws Exception {
    write(ICR);
    started();
    write(DE);
    CatalogFollower again = started();
    assertThat(again.status().revision()).isEqualTo("1.2");
    assertThat(Files.readString(state.resolve("last-good-catalog.conf")))
        .startsWith(
            "# The last good catalog, kept by the agent. Not for editing.\n# revision 1.2\n# of "
                + file
                + "\n");
  }

  @Test
  void aRestartWithABrokenFileStartsFromTheLastGoodOneLoudly() throws Exception {
    write(ICR);
    started();
    write(BROKEN);
    CatalogFollower again = follower();
    Catalog catalog = ((CatalogFollower.Start.From) again.start()).catalog();
    assertThat(ids(catalog)).containsExactly("icr");
    assertThat(catalog.revision()).isEqualTo(new Revision(1, 1));
    assertThat(again.status().refused()).isTrue();
    assertThat(again.status().fromLastGood()).isTrue();
    assertThat(log.lines().getFirst())
        .startsWith(
            "ERROR the catalog's file was refused: the agent starts from the last good catalog,"
                + " kept from an earlier run file="
                + file);

    assertThat(look(again)).isEqualTo(POLL);
    write(ICR + DE);
    settle(again);
    assertThat(again.status().refused()).isFalse();
    assertThat(again.status().fromLastGood()).isFalse();
    assertThat(taken.getLast().revision()).isEqualTo(new Revision(1, 2));
  }

  @Test
  void aRestartWithoutTheFileStartsFromTheLastGoodOneTooWithItsIncludes() throws Exception {
    Files.writeString(directory.resolve("de.conf"), DE);
    write("include \"de.conf\"\n" + ICR);
    started();
    Files.delete(file);
    Files.delete(directory.resolve("de.conf"));
    Catalog catalog = ((CatalogFollower.Start.From) follower().start()).catalog();
    assertThat(ids(catalog)).containsExactlyInAnyOrder("icr", "de");
  }

  @Test
  void withoutALastGoodCatalogABrokenFileEndsTheStartWithAllItsProblems() throws Exception {
    write("services { icr { adress = 172.20.0.7 }, \"b d\" {} }");
    assertThat(follower().start())
        .isInstanceOfSatisfying(
            CatalogFollower.Start.Impossible.class,
            impossible ->
                assertThat(impossible.problems().stream().map(Problem::text))
                    .hasSizeGreaterThan(1)
                    .allMatch(text -> text.startsWith(file + ":1: services.")));
  }

  @Test
  void theLastGoodCatalogOfAnotherFileIsNotTaken() throws Exception {
    write(ICR);
    started();
    file = directory.resolve("mistyped.conf");
    assertThat(follower().start())
        .isInstanceOfSatisfying(
            CatalogFollower.Start.Impossible.class,
            impossible ->
                assertThat(impossible.problems().stream().map(Problem::text))
                    .containsExactly(file + ": does not exist; check the path"));
  }

  @Test
  void aStateDirectoryThatCannotBeWrittenDoesNotStopTheCatalog() throws Exception {
    write(ICR);
    CatalogFollower follower = started();
    Files.delete(state.resolve("last-good-catalog.conf"));
    Files.delete(state);
    write(DE);
    settle(follower);
    assertThat(ids(taken.getFirst())).containsExactly("de");
    look(follower);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .startsWith("ERROR the catalog could not be kept: a restart will depend on its file");
    Files.createDirectory(state);
    look(follower);
    assertThat(state.resolve("last-good-catalog.conf")).content().contains("# revision 1.2");
  }

  @Test
  void whoAsksForAReadingHasWrittenTheFileAndNeedNotWait() throws Exception {
    write(ICR);
    CatalogFollower follower = started();
    write(ICR + DE);
    follower.readAgain();
    assertThat(look(follower)).isEqualTo(POLL);
    assertThat(ids(taken.getFirst())).containsExactly("icr", "de");
  }

  @Test
  void aChangeIsHandedOnBeforeItIsKept() throws Exception {
    write(ICR);
    CatalogFollower follower = started();
    String before = Files.readString(state.resolve("last-good-catalog.conf"));
    write(DE);
    follower.readAgain();
    assertThat(follower.look().taken()).isPresent();
    assertThat(state.resolve("last-good-catalog.conf")).hasContent(before);
    follower.keep();
    assertThat(Files.readString(state.resolve("last-good-catalog.conf")))
        .contains("# revision 1.2");
  }

  @Test
  void readingAgainCanBeAskedFor() throws Exception {
    write(ICR);
    CatalogFollower follower = started();
    follower.readAgain();
    settle(follower);
    assertThat(follower.status().revision()).isEqualTo("1.1");
    assertThat(taken).isEmpty();
  }

  private Duration look(CatalogFollower follower) {
    CatalogFollower.Look look = follower.look();
    look.taken().ifPresent(taken::add);
    follower.keep();
    return look.next();
  }

  private void settle(CatalogFollower follower) {
    for (int looks = 0; looks < 5; looks++) {
      if (look(follower).equals(POLL) && looks > 0) {
        return;
      }
    }
    throw new AssertionError("the follower has not come to rest");
  }

  private CatalogFollower started() {
    CatalogFollower follower = follower();
    assertThat(follower.start()).isInstanceOf(CatalogFollower.Start.From.class);
    follower.keep();
    return follower;
  }

  private CatalogFollower follower() {
    metrics = new MetricRegistry();
    return new CatalogFollower(
        file,
        POLL,
        new CatalogReader(TestStrategies.balancers(), TestStrategies.checks()),
        catalog -> WRITER.text(catalog, List.of()),
        new LastGoodCatalog(state),
        metrics,
        clock);
  }

  /** Each write has a time of its own, however fast the test and coarse the file system's clock. */
  private void write(String text) throws IOException {
    Files.writeString(file, text);
    touch();
  }

  private void touch() throws IOException {
    writes++;
    Files.setLastModifiedTime(file, FileTime.from(clock.instant().plusSeconds(writes)));
  }

  private Object value(String gauge) {
    return metrics.getGauges().get(gauge).getValue();
  }

  private static List<String> ids(Catalog catalog) {
    return catalog.services().stream().map(Service::id).toList();
  }

  private static String service(String id, String address) {
    return "services."
        + id
        + " { address = "
        + address
        + ", ports = [443], endpoints = [z1."
        + id
        + ".private] }\n";
  }
}
