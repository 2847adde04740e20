package io.sallyport.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive, unpacked somewhere else. */
class ArchiveIT {

  @TempDir private Path directory;
  private Installation unpacked;

  @BeforeEach
  void unpack() throws Exception {
    var outcome =
        Installation.run(
            Path.of("/bin/tar"),
            Map.of(),
            "--extract",
            "--gzip",
            "--file",
            Installation.archive().toString(),
            "--directory",
            directory.toString());
    assertThat(outcome.errors()).isEmpty();
    unpacked = new Installation(directory.resolve("sallyport-" + Installation.builtVersion()));
  }

  @Test
  void archiveHasOneFolderWithAllAnInstallationNeeds() throws Exception {
    assertThat(names(directory)).containsExactly("sallyport-" + Installation.builtVersion());
    assertThat(names(unpacked.home()))
        .containsExactly(
            "LICENSE", "NOTICE", "README.md", "bin", "conf", "lib", "plugins", "runtime");
    assertThat(names(unpacked.home().resolve("plugins"))).isEmpty();
  }

  @Test
  void unpackedArchiveRunsWithoutJava() throws Exception {
    var outcome = unpacked.run("--version");

    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.output()).startsWith("sallyport " + Installation.builtVersion());
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void archiveKeepsModificationTimes() throws Exception {
    // Caches of classes record the times of the jars they were made from.
    var built = names(Installation.built().modulePath());
    assertThat(built).isNotEmpty().isEqualTo(names(unpacked.modulePath()));
    for (var jar : built) {
      assertThat(Files.getLastModifiedTime(unpacked.modulePath().resolve(jar)))
          .as(jar)
          .isEqualTo(Files.getLastModifiedTime(Installation.built().modulePath().resolve(jar)));
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
