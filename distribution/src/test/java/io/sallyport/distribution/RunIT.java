package io.sallyport.distribution;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code sallyport run} and {@code status} of the real distribution, with signals. */
@Timeout(400)
class RunIT {
  private static final String FOREIGN = "127.0.0.1 localhost\n# not ours\n";

  @TempDir private Path directory;

  private final Installation installation = Installation.built();
  private final List<Process> started = new ArrayList<>();
  private final List<Socket> accepted = new CopyOnWriteArrayList<>();
  private ServerSocket endpoint;
  private Path catalog;
  private Path hosts;
  private int admin;

  @BeforeEach
  void surroundings() throws Exception {
    endpoint = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(this::keepOpen);
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      admin = free.getLocalPort();
    }
    hosts = Files.writeString(directory.resolve("hosts"), FOREIGN);
    catalog =
        Files.writeString(
            directory.resolve("catalog.conf"),
            "services { icr { address = 127.20.32.7, names = [icr.test], ports = [7443], endpoints"
                + " = [\"127.0.0.1:"
                + endpoint.getLocalPort()
                + "\"] } }\n");
  }

  @AfterEach
  void endAll() throws Exception {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
    endpoint.close();
    for (Socket socket : accepted) {
      socket.close();
    }
  }

  @Test
  void servesPublishesTellsAndStopsInGoodOrder() throws Exception {
    Process agent = agent("log.sessions=all");
    awaitReady();
    eventually().until(() -> Files.readString(hosts).contains("127.20.32.7 icr.test"));
    try (Socket session = session()) {
      assertThat(session.isConnected()).isTrue();
      eventually().until(() -> status().output().contains("1 session now"));
      var status = status();
      assertThat(status.output())
          .contains("nothing is wrong", "icr  serving  127.20.32.7", "3/3 UP");
      assertThat(status.errors()).isEmpty();
      assertThat(status.exitCode()).isZero();
      session.setSoLinger(true, 0);
    }
    eventually()
        .untilAsserted(() ->
            assertThat(log())
                .containsPattern("session ended service=icr .*end=client-aborted endpoint="));

    agent.destroy();
    assertThat(agent.waitFor(60, SECONDS)).isTrue();
    assertThat(agent.exitValue()).as(log()).isZero();
    assertThat(log()).contains("agent stops signal=SIGTERM", "agent has stopped in_order=true");
    assertThat(Files.readString(hosts)).startsWith(FOREIGN).contains("icr.test");
    assertThat(Files.readString(directory.resolve("agent.err"))).isEmpty();
  }

  @Test
  void namesAreWithdrawnAtTheEndWhereThatIsAskedFor() throws Exception {
    Process agent = agent("on-exit=withdraw");
    awaitReady();
    eventually().until(() -> Files.readString(hosts).contains("icr.test"));
    agent.destroy();
    assertThat(agent.waitFor(60, SECONDS)).isTrue();
    assertThat(Files.readString(hosts)).isEqualTo(FOREIGN);
  }

  @Test
  void aSecondSignalEndsADrainAtOnce() throws Exception {
    Process agent = agent("stop-drain=60s");
    awaitReady();
    try (Socket session = session()) {
      assertThat(session.isConnected()).isTrue();
      eventually().until(() -> status().output().contains("1 session now"));
      agent.destroy();
      eventually().until(() -> log().contains("agent stops signal=SIGTERM"));
      assertThat(agent.waitFor(1, SECONDS)).as("it drains").isFalse();
      agent.destroy();
      assertThat(agent.waitFor(60, SECONDS)).isTrue();
      assertThat(agent.exitValue()).isEqualTo(128 + 15);
    }
  }

  @Test
  void aBrokenCatalogFileDoesNotKeepARestartFromServing() throws Exception {
    Process first = agent();
    awaitReady();
    first.destroy();
    assertThat(first.waitFor(60, SECONDS)).isTrue();

    Files.writeString(catalog, "services { icr { adress = 127.20.32.7 } }\n");
    agent();
    awaitReady();
    try (Socket session = session()) {
      assertThat(session.isConnected()).isTrue();
    }
    var status = installation.run("status", "--check", "--admin", "127.0.0.1:" + admin);
    assertThat(status.output())
        .contains(
            "! catalog: "
                + catalog
                + " was refused, and revision 1.1, kept from an earlier run,"
                + " serves",
            catalog + ":1: services.icr.adress: unknown key; did you mean \"address\"?");
    assertThat(status.exitCode()).isEqualTo(1);
  }

  @Test
  void aSecondAgentIsToldOfTheFirst() throws Exception {
    agent();
    awaitReady();
    var second = installation.run(command().toArray(String[]::new));
    assertThat(second.errors())
        .isEqualTo(
            "sallyport: the state directory "
                + directory.resolve("state")
                + " is in use by another agent, process "
                + started.getFirst().pid()
                + "; stop that one, or give this one a state-directory of its own\n");
    assertThat(second.exitCode()).isEqualTo(1);
  }

  @Test
  void badInputIsToldWholeAndNothingIsDone() throws Exception {
    Files.writeString(catalog, "services { icr { adress = 127.20.32.7 } }\n");
    var outcome = installation.run(command().toArray(String[]::new));
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.errors())
        .contains(catalog + ":1: services.icr.adress: unknown key; did you mean \"address\"?")
        .endsWith(
            "sallyport: the catalog was refused, and there is no earlier one to go on with\n");
    assertThat(Files.readString(hosts)).isEqualTo(FOREIGN);
  }

  @Test
  void aDryRunSaysWhatWouldBeDoneAndDoesNothing() throws Exception {
    List<String> command = command();
    command.add("--dry-run");
    var outcome = installation.run(command.toArray(String[]::new));
    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output())
        .startsWith(catalog + ": 1 service, 1 listener, 1 endpoint\n")
        .contains("127.20.32.7:7443", "127.20.32.7 icr.test");
    assertThat(Files.readString(hosts)).isEqualTo(FOREIGN);
    assertThat(directory.resolve("state")).doesNotExist();
  }

  @Test
  void withoutAnAgentStatusSaysWhereItAsked() throws Exception {
    var outcome = status();
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.errors())
        .startsWith("sallyport: no agent answers at 127.0.0.1:" + admin + " (Connection refused)");
  }

  /** An endpoint that accepts, says nothing, and never ends a session by itself. */
  private void keepOpen() {
    while (!endpoint.isClosed()) {
      try {
        accepted.add(endpoint.accept());
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static Socket session() throws IOException {
    Socket session = new Socket();
    session.connect(new InetSocketAddress("127.20.32.7", 7443), 30_000);
    return session;
  }

  private Installation.Outcome status() throws Exception {
    return installation.run("status", "--admin", "127.0.0.1:" + admin);
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve("agent.log"));
  }

  private List<String> command(String... settings) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "run",
                "--catalog",
                catalog.toString(),
                "--hosts-file",
                hosts.toString(),
                "--admin",
                "127.0.0.1:" + admin,
                "--set",
                "state-directory=" + directory.resolve("state")));
    for (String setting : settings) {
      command.add("--set");
      command.add(setting);
    }
    return command;
  }

  private Process agent(String... settings) throws IOException {
    List<String> command = command(settings);
    command.addFirst(installation.launcher().toString());
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(directory.resolve("agent.log").toFile())
            .redirectError(directory.resolve("agent.err").toFile())
            .start();
    started.add(process);
    return process;
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(60));
  }

  private void awaitReady() {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(log()).contains("agent is ready"));
  }
}
