package io.sallyport.distribution;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stranger in an empty folder, with the guide, the kit and an installation, and nothing else. */
@Timeout(600)
class StrangersPluginIT {
  private static final Path GUIDE = Path.of("../docs/writing-a-plugin.md");
  private static final Path KIT = Path.of("../plugins/testkit/target/kit").toAbsolutePath();
  private static final Path JDK = Path.of(System.getProperty("java.home"), "bin");

  /** A source, behind the line that says where it belongs. */
  private static final Pattern SOURCE =
      Pattern.compile("^`([^`]+)`\n\n```java\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  private static final Pattern COMMANDS =
      Pattern.compile("^```sh\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  @TempDir private Path directory;

  private Installation installation = Installation.built();

  @BeforeEach
  void copyTheInstallation() throws Exception {
    installation = Installation.built().copiedTo(directory.resolve("sallyport"));
  }

  @AfterEach
  void leaveTheRunTimeImage() throws Exception {
    Files.delete(installation.home().resolve("runtime"));
  }

  @Test
  void whatTheGuideSaysBuildsPassesTheContractLoadsAndBalances() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("empty"));
    String guide = Files.readString(GUIDE);
    for (MatchResult source : SOURCE.matcher(guide).results().toList()) {
      Path file = folder.resolve(source.group(1));
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.group(2));
    }
    List<String> commands = COMMANDS.matcher(guide).results().map(block -> block.group(1)).toList();
    assertThat(commands).hasSize(2);

    Installation.Outcome said = shell(folder, String.join("\n", commands));

    assertThat(said.exitCode()).as(said.output() + said.errors()).isZero();
    assertThat(said.output())
        .containsPattern("balancer +last .*last-balancer\\.jar")
        .contains("theLastOneOfAllIsPicked()", "stickinessStaysAndIsTrue()", "0 tests failed");
    assertThat(answers()).containsOnly("second");
  }

  @ParameterizedTest
  @ValueSource(strings = {"last-balancer", "quick-check", "names-list"})
  void examplesOfTheKitPassTheirContracts(String example) throws Exception {
    Path folder = Files.createDirectory(directory.resolve("example"));
    Path sources = KIT.resolve("examples").resolve(example);

    Installation.Outcome said =
        shell(
            folder,
            """
            javac --release 25 --class-path "$KIT/lib/*" -d classes \
              $(find "%1$s" -name '*.java' ! -name module-info.java)
            java --class-path "$KIT/lib/*:classes" org.junit.platform.console.ConsoleLauncher \
              execute --disable-banner --scan-class-path classes
            """
                .formatted(sources));

    assertThat(said.exitCode()).as(said.output() + said.errors()).isZero();
    assertThat(said.output()).containsPattern("[1-9][0-9]* tests successful");
    assertThat(said.output()).contains("theTypeIsKebabCaseAndStays()", "0 tests failed");
  }

  @Test
  void kitIsARepositoryOfTheApiAndTheContracts() throws Exception {
    String version = Installation.builtVersion();
    for (String artifact : List.of("sallyport-api", "sallyport-plugin-testkit")) {
      Path there = KIT.resolve("repository/io/sallyport").resolve(artifact).resolve(version);
      String name = artifact + "-" + version;
      assertThat(there.resolve(name + ".jar"))
          .hasSameBinaryContentAs(KIT.resolve("lib").resolve(name + ".jar"));
      assertThat(there.resolve(name + ".pom"))
          .content()
          .contains("<artifactId>" + artifact + "</artifactId><version>" + version);
    }
    try (Stream<Path> jars = Files.list(KIT.resolve("lib"))) {
      assertThat(jars.map(jar -> jar.getFileName().toString()))
          .noneMatch(jar -> jar.startsWith("sallyport-engine") || jar.startsWith("netty"));
    }
  }

  private Installation.Outcome shell(Path folder, String commands) throws Exception {
    Path script =
        Files.writeString(
            directory.resolve("commands.sh"), "set -eu\ncd " + folder + "\n" + commands);
    return Installation.run(
        Path.of("/bin/sh"),
        Map.of(
            "PATH", JDK + ":/usr/bin:/bin",
            "SALLYPORT", installation.home().toString(),
            "KIT", KIT.toString()),
        script.toString());
  }

  /** What clients of a service hear that has two endpoints and the plugin's balancer. */
  private List<String> answers() throws Exception {
    try (ServerSocket first = endpoint("first");
        ServerSocket second = endpoint("second")) {
      Path catalog =
          Files.writeString(
              directory.resolve("catalog.conf"),
              """
              services.icr {
                address = 127.20.33.8, names = [icr.test], ports = [7444], balancer = last
                endpoints = ["127.0.0.1:%d", "127.0.0.1:%d"]
              }
              """
                  .formatted(first.getLocalPort(), second.getLocalPort()));
      Path log = directory.resolve("agent.log");
      Process agent = agent(catalog, log);
      try {
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> assertThat(log).content().contains("agent is ready"));
        // Ready means that one endpoint has passed its probe; the other one's may come later.
        await().atMost(Duration.ofSeconds(60)).until(() -> heard().equals("second"));
        List<String> heard = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          heard.add(heard());
        }
        return heard;
      } finally {
        agent.destroy();
        assertThat(agent.waitFor(60, SECONDS)).isTrue();
      }
    }
  }

  private static String heard() throws IOException {
    try (Socket session = new Socket("127.20.33.8", 7444)) {
      return new String(session.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Process agent(Path catalog, Path log) throws IOException {
    Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n");
    return new ProcessBuilder(
            installation.launcher().toString(),
            "run",
            "--catalog=" + catalog,
            "--hosts-file=" + hosts,
            "--admin=off",
            "--set=injectors.loopback.enabled=false",
            "--set=state-directory=" + directory.resolve("state"))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /** Says its name and ends. */
  private static ServerSocket endpoint(String name) throws IOException {
    ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (!socket.isClosed()) {
            try (Socket session = socket.accept()) {
              session.getOutputStream().write(name.getBytes(StandardCharsets.UTF_8));
            } catch (IOException over) {
              // A probe that hung up, or the end.
            }
          }
        });
    return socket;
  }
}
