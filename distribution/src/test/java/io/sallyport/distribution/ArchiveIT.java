package io.sallyport.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
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
    for (var folder : List.of("lib", "lib/control")) {
      var original = Installation.built().home().resolve(folder);
      var copy = unpacked.home().resolve(folder);
      assertThat(jars(original)).isNotEmpty().isEqualTo(jars(copy));
      for (var jar : jars(original)) {
        assertThat(Files.getLastModifiedTime(copy.resolve(jar)))
            .as(jar)
            .isEqualTo(Files.getLastModifiedTime(original.resolve(jar)));
      }
    }
  }

  @Test
  void cacheOfClassesIsValidWhereverTheArchiveIsUnpacked() throws Exception {
    var outcome =
        unpacked.run(Map.of("SALLYPORT_JAVA_OPTS", "-XX:AOTMode=on -Xlog:class+load"), "--version");

    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output().lines())
        .filteredOn(line -> line.contains(" io.sallyport.engine.Engine "))
        .singleElement()
        .asString()
        .contains("shared objects file");
  }

  @Test
  void soIsTheCacheOfTheControlPlanesCommands() throws Exception {
    var outcome =
        unpacked.run(
            Map.of("SALLYPORT_JAVA_OPTS", "-XX:AOTMode=on -Xlog:class+load"),
            "nodes",
            "--insecure",
            "--control=127.0.0.1:1");

    assertThat(outcome.errors()).contains("127.0.0.1:1");
    assertThat(outcome.output().lines())
        .filteredOn(line -> line.contains(" io.grpc.internal.ManagedChannelImpl "))
        .singleElement()
        .asString()
        .contains("shared objects file");
  }

  @Test
  void aControlPlaneStartsWithTheCacheOfItsAgents() throws Exception {
    var outcome =
        unpacked.run(
            Map.of("SALLYPORT_JAVA_OPTS", "-XX:AOTMode=on -Xlog:class+load"),
            "control",
            "--version");

    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output().lines())
        .filteredOn(line -> line.contains(" io.sallyport.distribution.Main "))
        .singleElement()
        .asString()
        .contains("shared objects file");
  }

  @Test
  void copyThatLostTheTimesRunsWithoutTheCacheAndSaysSo() throws Exception {
    var jar = unpacked.modulePath().resolve(jars(unpacked.modulePath()).getFirst());
    Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2026-02-03T04:05:06Z")));

    var outcome = unpacked.run("--version");

    assertThat(outcome.output()).startsWith("sallyport " + Installation.builtVersion());
    assertThat(outcome.output()).doesNotContain("[aot]");
    assertThat(outcome.errors()).contains("[aot]").contains("timestamp has changed");
    assertThat(outcome.exitCode()).isZero();
  }

  private static List<String> jars(Path directory) throws IOException {
    return names(directory).stream().filter(name -> name.endsWith(".jar")).toList();
  }

  private static List<String> names(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
