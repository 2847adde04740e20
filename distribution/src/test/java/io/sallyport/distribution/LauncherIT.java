package io.sallyport.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of the real distribution, on a machine whose other Java is no use. */
class LauncherIT {

  private static final Map<String, String> NO_JAVA = Map.of("JAVA_HOME", "/nonexistent/java");

  private final Installation installation = Installation.built();

  @Test
  void versionIsToldWithoutAnyOtherJava() throws Exception {
    var outcome = installation.run(NO_JAVA, "--version");

    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.output().lines())
        .hasSize(2)
        .first()
        .isEqualTo("sallyport " + Installation.builtVersion());
    assertThat(outcome.output().lines().toList().get(1)).startsWith("Java 25");
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void helpIsToldWithoutAnyOtherJava() throws Exception {
    var outcome = installation.run(NO_JAVA, "--help");

    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.output()).startsWith("Usage: sallyport").contains("--version");
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void commandsOfTheControlPlaneAreListedWithoutLoadingItsLibraries() throws Exception {
    var outcome = installation.run(Map.of("SALLYPORT_JAVA_OPTS", "-Xlog:class+load"), "--help");

    assertThat(outcome.output()).contains("agent");
    assertThat(outcome.output().lines())
        .noneMatch(line -> line.contains(" io.sallyport.control.") || line.contains(" io.grpc."));
  }

  @Test
  void anAgentWhoseSettingsNameNoControlPlaneIsBadInput(@TempDir Path directory) throws Exception {
    var settings = Files.writeString(directory.resolve("sallyport.conf"), "node.name = n1\n");

    var outcome = installation.run("agent", "--config", settings.toString());

    assertThat(outcome.errors())
        .contains("nothing says where the catalog comes from; write one of: control")
        .endsWith("sallyport: the settings were refused\n");
    assertThat(outcome.exitCode()).isEqualTo(2);
  }

  @Test
  void anUnknownOptionIsBadUsage() throws Exception {
    var outcome = installation.run("--nonsense");

    assertThat(outcome.errors()).contains("--nonsense").contains("Usage: sallyport");
    assertThat(outcome.output()).isEmpty();
    assertThat(outcome.exitCode()).isEqualTo(2);
  }

  @Test
  void symbolicLinksLeadBackToTheInstallation(@TempDir Path directory) throws Exception {
    var bin = Files.createDirectories(directory.resolve("with blanks/bin"));
    var absolute = Files.createSymbolicLink(bin.resolve("sallyport-1"), installation.launcher());
    var relative =
        Files.createSymbolicLink(directory.resolve("sallyport"), directory.relativize(absolute));

    var outcome = Installation.run(relative, NO_JAVA, "--version");

    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.output()).startsWith("sallyport " + Installation.builtVersion());
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void optionsMeantForOtherJavaProgramsAreIgnored() throws Exception {
    var outcome =
        installation.run(
            Map.of(
                "JAVA_TOOL_OPTIONS", "-javaagent:/nonexistent/agent.jar",
                "JDK_JAVA_OPTIONS", "--add-modules=nonexistent",
                "_JAVA_OPTIONS", "-Xmx1k",
                "CLASSPATH", "/nonexistent/classes"),
            "--version");

    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void ourOwnOptionsOverrideTheDefaults() throws Exception {
    var outcome =
        installation.run(
            Map.of("SALLYPORT_JAVA_OPTS", "-Xmx96m -XX:+PrintFlagsFinal"), "--version");

    assertThat(outcome.output())
        .containsPattern("MaxHeapSize +:?= +" + 96 * 1024 * 1024 + " .*command line")
        .containsPattern("UseSerialGC +:?= true .*command line")
        .containsPattern("UseCompactObjectHeaders +:?= true .*command line")
        .containsPattern("ExitOnOutOfMemoryError +:?= true .*command line");
  }

  @Test
  void theJdksClassesComeFromTheirArchive() throws Exception {
    var outcome = installation.run(Map.of("SALLYPORT_JAVA_OPTS", "-Xlog:class+load"), "--version");

    assertThat(outcome.output().lines())
        .filteredOn(line -> line.contains(" java.lang.String "))
        .singleElement()
        .asString()
        .contains("shared objects file");
  }

  @Test
  void anIncompleteInstallationSaysWhatIsMissing(@TempDir Path directory) throws Exception {
    var incomplete = new Installation(directory.toRealPath());
    Files.createDirectories(incomplete.launcher().getParent());
    Files.copy(installation.launcher(), incomplete.launcher());
    assertThat(incomplete.launcher().toFile().setExecutable(true)).isTrue();

    var outcome = incomplete.run("--version");

    assertThat(outcome.errors())
        .isEqualTo(
            "sallyport: %s/runtime/bin/java is missing: unpack the archive again, whole\n"
                .formatted(incomplete.home()));
    assertThat(outcome.exitCode()).isEqualTo(1);
  }
}
