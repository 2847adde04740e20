package io.sallyport.plugins.injection.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.plugins.injection.loopback.OwnershipRecord.Recorded;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is ours survives on the disk, and nothing else passes for it. */
class OwnershipRecordTest {
  private static final NodeIdentity HERE = new NodeIdentity("boot-1", "net:[1]");
  private static final Ownership SOME =
      new Ownership(
          Map.of("sp0", "02:53:00:00:00:01"),
          Set.of(
              new Placement("sp0", InetAddress.ofLiteral("172.20.0.7")),
              new Placement("lo", InetAddress.ofLiteral("fd00::7"))));

  @TempDir Path directory;

  @Test
  void whatWasWrittenIsReadAgain() throws IOException {
    OwnershipRecord record = at(HERE);
    assertThat(record.read()).isEqualTo(new Recorded.Known(Ownership.NONE));
    record.write(SOME);
    assertThat(at(HERE).read()).isEqualTo(new Recorded.Known(SOME));
    assertThat(Files.readAllLines(record.file()))
        .containsExactly(
            "# What this agent added to the node's links; it removes nothing else. Do not edit.",
            "boot boot-1",
            "namespace net:[1]",
            "link sp0 02:53:00:00:00:01",
            "address lo fd00::7",
            "address sp0 172.20.0.7");
    try (var files = Files.list(directory)) {
      assertThat(files).as("no draft stays behind").containsExactly(record.file());
    }
  }

  @Test
  void aRecordOfAnotherBootOrNamespaceMeansNothing() throws IOException {
    at(HERE).write(SOME);
    assertThat(at(new NodeIdentity("boot-2", "net:[1]")).read())
        .isEqualTo(new Recorded.Known(Ownership.NONE));
    assertThat(at(new NodeIdentity("boot-1", "net:[2]")).read())
        .isEqualTo(new Recorded.Known(Ownership.NONE));
  }

  @Test
  void aDamagedLineIsToldByFileAndLine() throws IOException {
    OwnershipRecord record = at(HERE);
    record.write(SOME);
    Files.writeString(record.file(), "boot boot-1\nnamespace net:[1]\naddress lo 172.20.0\n");
    assertThat(record.read())
        .isEqualTo(
            new Recorded.Unknown(
                record.file()
                    + ":3: \"address lo 172.20.0\" is not a line of this agent's record"));
    record.setAside();
    assertThat(record.read()).isEqualTo(new Recorded.Known(Ownership.NONE));
    assertThat(directory.resolve("loopback-addresses.damaged")).exists();
  }

  @Test
  void aDraftLeftByAKillIsIgnored() throws IOException {
    OwnershipRecord record = at(HERE);
    record.write(SOME);
    Files.writeString(directory.resolve("loopback-addresses.new"), "addr");
    assertThat(record.read()).isEqualTo(new Recorded.Known(SOME));
    record.write(Ownership.NONE);
    assertThat(record.read()).isEqualTo(new Recorded.Known(Ownership.NONE));
  }

  @Test
  void anUnreadableRecordIsUnknownRatherThanEmpty() throws IOException {
    Files.createDirectory(directory.resolve("loopback-addresses"));
    assertThat(at(HERE).read())
        .isInstanceOfSatisfying(
            Recorded.Unknown.class,
            unknown ->
                assertThat(unknown.complaint())
                    .startsWith("cannot read " + at(HERE).file() + ": IOException: "));
  }

  @Test
  void theIdentityComesFromProc() throws IOException {
    Files.createDirectories(directory.resolve("sys/kernel/random"));
    Files.writeString(directory.resolve("sys/kernel/random/boot_id"), "abc\n");
    Files.createDirectories(directory.resolve("self/ns"));
    Files.createSymbolicLink(directory.resolve("self/ns/net"), Path.of("net:[42]"));
    assertThat(NodeIdentity.read(directory)).isEqualTo(new NodeIdentity("abc", "net:[42]"));
    assertThat(NodeIdentity.read(directory.resolve("absent")))
        .isEqualTo(new NodeIdentity("unknown", "unknown"));
  }

  private OwnershipRecord at(NodeIdentity identity) {
    return new OwnershipRecord(directory.resolve("loopback-addresses"), identity);
  }
}
