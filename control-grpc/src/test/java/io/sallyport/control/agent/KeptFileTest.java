package io.sallyport.control.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.control.agent.v1.KeptSnapshot;
import io.sallyport.control.v1.Revision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptFileTest {
  private static final Instant NOW = Instant.parse("2026-11-25T20:00:00Z");

  @TempDir Path directory;

  @Test
  void nothingKeptIsNothingWrong() {
    assertThat(file("n1", "c").find()).isEqualTo(new KeptFile.Found(Optional.empty(), List.of()));
  }

  @Test
  void theNewestIsFoundAndTheOneBeforeStays() throws Exception {
    file("n1", "c").keep(snapshot("n1", "c", 1));
    file("n1", "c").keep(snapshot("n1", "c", 2));

    KeptFile.Found found = file("n1", "c").find();

    assertThat(found.snapshot()).contains(snapshot("n1", "c", 2));
    assertThat(found.complaints()).isEmpty();
    assertThat(names()).containsExactly("control-snapshot", "control-snapshot.previous");
  }

  @Test
  void aCorruptedOneIsPutAsideForTheOneBefore() throws Exception {
    keepTwo();
    flip(newest(), Math.toIntExact(Files.size(newest())) - 3);

    assertRefused("is corrupted: its checksum differs", 1);
  }

  @Test
  void aTruncatedOneIsPutAsideForTheOneBefore() throws Exception {
    keepTwo();
    byte[] whole = Files.readAllBytes(newest());
    Files.write(newest(), Arrays.copyOf(whole, whole.length - 4));

    assertRefused("is truncated: it has ", 1);
  }

  @Test
  void anEmptyOneIsPutAsideForTheOneBefore() throws Exception {
    keepTwo();
    Files.write(newest(), new byte[0]);

    assertRefused("is empty", 1);
  }

  @Test
  void oneWithABrokenHeaderIsPutAsideForTheOneBefore() throws Exception {
    keepTwo();
    flip(newest(), 3);

    assertRefused("is corrupted: it does not begin as a kept snapshot", 1);
  }

  @Test
  void oneOfAnotherFormatIsPutAside() throws Exception {
    keepTwo();
    byte[] whole = Files.readAllBytes(newest());
    whole["sallyport-snapshot ".length()] = '9';
    Files.write(newest(), whole);

    assertRefused("has format 9, and this agent reads 1", 1);
  }

  @Test
  void anOlderOneIsPutAsideForTheNewerOneBefore() throws Exception {
    file("n1", "c").keep(snapshot("n1", "c", 5));
    file("n1", "c").keep(snapshot("n1", "c", 4));

    assertRefused("has revision 1.4, older than 1.5 of the one kept before it", 5);
  }

  @Test
  void anotherNodesIsPutAside() throws Exception {
    file("n2", "c").keep(snapshot("n2", "c", 1));

    KeptFile.Found found = file("n1", "c").find();

    assertThat(found.snapshot()).isEmpty();
    assertThat(found.complaints())
        .containsExactly(
            "the kept snapshot "
                + newest()
                + " is foreign: it is of node n2, and this is n1; it was put aside as"
                + " control-snapshot.refused-20261125T200000.000Z");
  }

  @Test
  void anotherControlPlanesIsPutAside() throws Exception {
    file("n1", "other").keep(snapshot("n1", "other", 1));

    KeptFile.Found found = file("n1", "c").find();

    assertThat(found.snapshot()).isEmpty();
    assertThat(found.complaints())
        .singleElement()
        .asString()
        .contains("is foreign: it is of control plane \"other\", and this node's is \"c\"");
  }

  @Test
  void whatACrashLeavesBetweenTheRenamesIsFound() throws Exception {
    keepTwo();
    Files.delete(newest());

    KeptFile.Found found = file("n1", "c").find();

    assertThat(found.snapshot()).contains(snapshot("n1", "c", 1));
    assertThat(found.complaints()).isEmpty();
  }

  private void keepTwo() throws IOException {
    file("n1", "c").keep(snapshot("n1", "c", 1));
    file("n1", "c").keep(snapshot("n1", "c", 2));
  }

  private void assertRefused(String reason, long servedInstead) throws IOException {
    byte[] bad = Files.readAllBytes(newest());

    KeptFile.Found found = file("n1", "c").find();

    assertThat(found.snapshot()).contains(snapshot("n1", "c", servedInstead));
    assertThat(found.complaints())
        .singleElement()
        .asString()
        .startsWith("the kept snapshot " + newest() + " " + reason)
        .endsWith("; it was put aside as control-snapshot.refused-20261125T200000.000Z");
    assertThat(directory.resolve("control-snapshot.refused-20261125T200000.000Z"))
        .hasBinaryContent(bad);
    assertThat(newest()).doesNotExist();
  }

  private Path newest() {
    return directory.resolve("control-snapshot");
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    whole[at] = (byte) (whole[at] ^ 1);
    Files.write(file, whole, StandardOpenOption.TRUNCATE_EXISTING);
  }

  private KeptFile file(String node, String controlPlane) {
    return new KeptFile(directory, node, controlPlane, InstantSource.fixed(NOW));
  }

  private static KeptSnapshot snapshot(String node, String controlPlane, long number) {
    return KeptSnapshot.newBuilder()
        .setNode(node)
        .setControlPlane(controlPlane)
        .setRevision(Revision.newBuilder().setEpoch(1).setNumber(number))
        .setKeptAtMillis(NOW.toEpochMilli())
        .build();
  }
}
