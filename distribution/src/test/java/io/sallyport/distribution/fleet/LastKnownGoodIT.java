package io.sallyport.distribution.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Revision;
import io.sallyport.distribution.acceptance.LabRequirements;
import io.sallyport.distribution.acceptance.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent that is restarted while its control plane is away, with every kind of trouble in what it
 * keeps on its disk. Real processes.
 */
@Timeout(600)
class LastKnownGoodIT {
  private static final String KEPT = "control-snapshot";
  private static final String PREVIOUS = "control-snapshot.previous";
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private LoopbackFleet fleet;
  private ControlProcess control;
  private AgentProcess agent;
  private List<String> addresses;
  private Revision older;
  private Revision newer;

  /** An agent that has had two snapshots, is stopped, and has no control plane any more. */
  @BeforeEach
  void setUp() throws Exception {
    LabRequirements.check("curl");
    fleet = LoopbackFleet.in(directory);
    control = fleet.control(1, "");
    addresses = List.of(control.address());
    control.start();
    control.awaitReady();
    agent = fleet.agent("n1", addresses);
    agent.start();
    older = fleet.applied(addresses, "one", List.of(fleet.service("a-n1", 1)));
    fleet.awaitEffective(addresses, List.of("n1"), older, SOON);
    // Changes in a row are written once, and there are to be two.
    Until.holds("kept " + older, SOON, agent::log, () -> exists(KEPT));
    newer = fleet.applied(addresses, "two", List.of(fleet.service("a-n1", 2)));
    fleet.awaitEffective(addresses, List.of("n1"), newer, SOON);
    awaitKept(newer);
    assertThat(agent.terminate()).isZero();
    control.kill();
  }

  @AfterEach
  void tearDown() {
    if (fleet != null) {
      fleet.close();
    }
  }

  @Test
  void itServesWhatItKeptAndSaysHowOldThatIs() throws Exception {
    agent.start();
    agent.awaitReady();
    assertServes(2);
    AgentProcess.Status status = agent.status();
    assertThat(status.source()).isEqualTo("disconnected");
    assertThat(status.fromDisk()).isTrue();
    assertThat(status.revision()).isEqualTo(newer.toString());
    assertThat(status.wrong()).anyMatch(wrong -> wrong.contains("not connected: "));
    assertThat(agent.place().sallyport("status", "--admin", agent.admin()).output())
        .containsPattern(
            "revision " + newer + " \\(from the disk, kept (\\d+m )?\\d+s ago, not confirmed");
    assertComesBack();
  }

  @Test
  void aCorruptedOneIsPutAsideAndTheOneBeforeServes() throws Exception {
    byte[] kept = Files.readAllBytes(file(KEPT));
    kept[kept.length - 20] ^= 0x40;
    Files.write(file(KEPT), kept);
    agent.start();
    agent.awaitReady();
    assertServes(1);
    assertThat(agent.status().revision()).isEqualTo(older.toString());
    assertTold("is corrupted: its checksum differs", "it was put aside as " + KEPT + ".refused-");
    assertThat(aside()).hasSize(1);
    assertComesBack();
    // By a report, which comes in its own time.
    Until.holds(
        "operators told",
        SOON,
        agent::log,
        () ->
            Optional.ofNullable(fleet.nodes(addresses).get("n1")).stream()
                .flatMap(state -> state.getProblemsList().stream())
                .anyMatch(problem -> problem.contains("is corrupted: its checksum differs")));
  }

  @Test
  void aTruncatedOneIsPutAsideAndTheOneBeforeServes() throws Exception {
    byte[] kept = Files.readAllBytes(file(KEPT));
    Files.write(file(KEPT), Arrays.copyOf(kept, kept.length / 2));
    agent.start();
    agent.awaitReady();
    assertServes(1);
    assertTold("is truncated: it has ", " of ");
    assertComesBack();
  }

  @Test
  void anOlderOneDoesNotTakeThePlaceOfANewerOne() throws Exception {
    Files.move(file(KEPT), directory.resolve("newer"));
    Files.copy(file(PREVIOUS), file(KEPT));
    Files.move(directory.resolve("newer"), file(PREVIOUS), StandardCopyOption.REPLACE_EXISTING);
    agent.start();
    agent.awaitReady();
    assertServes(2);
    assertThat(agent.status().revision()).isEqualTo(newer.toString());
    assertTold("has revision " + older + ", older than " + newer + " of the one kept before it");
    assertComesBack();
  }

  @Test
  void aForeignOneServesNothingAndTheAgentWaitsForItsControlPlane() throws Exception {
    // Another node's disk, put into this machine.
    control.start();
    control.awaitReady();
    AgentProcess other = fleet.agent("n2", addresses);
    other.start();
    Revision others = fleet.applied(addresses, "another's", List.of(fleet.service("a-n2", 7)));
    fleet.awaitEffective(addresses, List.of("n2"), others, SOON);
    assertThat(other.terminate()).isZero();
    control.kill();
    Files.deleteIfExists(file(PREVIOUS));
    Files.copy(found(other.state(), KEPT), file(KEPT), StandardCopyOption.REPLACE_EXISTING);

    agent.start();
    agent.awaitAnswer();
    assertTold("is foreign: it is of node n2, and this is n1");
    assertThat(agent.status().services()).isEmpty();
    assertThat(agent.ready()).as("it has nothing to serve").isFalse();
    assertThat(agent.hosts()).doesNotContain("n2.test");
    assertComesBack();
  }

  @Test
  void withNothingThatCanBeUsedItWaitsForItsControlPlane() throws Exception {
    Files.write(file(KEPT), new byte[0]);
    Files.writeString(file(PREVIOUS), "what is this?\n");
    agent.start();
    agent.awaitAnswer();
    assertTold("is empty", "is corrupted: it does not begin as a kept snapshot");
    assertThat(agent.status().services()).isEmpty();
    assertThat(agent.ready()).isFalse();
    assertComesBack();
  }

  /** The control plane returns, and so does what is newest. */
  private void assertComesBack() throws IOException {
    control.start();
    control.awaitReady();
    Revision newest = fleet.applied(addresses, "three", List.of(fleet.service("a-n1", 3)));
    fleet.awaitEffective(addresses, List.of("n1"), newest, SOON);
    assertServes(3);
    AgentProcess.Status status = agent.status();
    assertThat(status.source()).isEqualTo("connected");
    assertThat(status.fromDisk()).isFalse();
    agent.awaitReady();
  }

  /** The service is as a change left it: published, and answered. */
  private void assertServes(int change) throws IOException {
    String address = fleet.addressOf("a-n1");
    assertThat(agent.hosts()).contains(address + " " + LoopbackFleet.name("a-n1", change));
    try (LastingSession session = LastingSession.to("after", address, LoopbackFleet.PORT)) {
      Until.holds("answered", SOON, () -> session.fault().toString(), () -> session.answers() > 2);
    }
  }

  private void assertTold(String... parts) {
    // The admin port answers a little before the disk is looked at.
    Until.holds(
        "told " + String.join(", ", parts),
        SOON,
        agent::log,
        () -> Stream.of(parts).allMatch(agent.log()::contains));
  }

  private List<Path> aside() throws IOException {
    return below(agent.state()).stream()
        .filter(path -> path.toString().contains(".refused-"))
        .toList();
  }

  private void awaitKept(Revision revision) {
    Until.holds(
        "kept " + revision,
        SOON,
        agent::log,
        () ->
            agent.status().revision().equals(revision.toString())
                && exists(KEPT)
                && exists(PREVIOUS));
  }

  private boolean exists(String name) {
    try {
      return Files.exists(file(name));
    } catch (IOException fault) {
      return false;
    }
  }

  private Path file(String name) throws IOException {
    return found(agent.state(), name);
  }

  /** Where it lies below the state directory, or would lie. */
  private static Path found(Path state, String name) throws IOException {
    return below(state).stream()
        .filter(path -> path.endsWith(name))
        .findFirst()
        .orElse(state.resolve(name));
  }

  /** All there is; looked for again where an agent has just renamed something. */
  private static List<Path> below(Path state) throws IOException {
    while (true) {
      try (Stream<Path> all = Files.walk(state)) {
        return all.toList();
      } catch (UncheckedIOException renamed) {
        if (!(renamed.getCause() instanceof NoSuchFileException)) {
          throw renamed.getCause();
        }
      }
    }
  }
}
