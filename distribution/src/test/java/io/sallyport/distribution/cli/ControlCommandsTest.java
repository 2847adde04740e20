package io.sallyport.distribution.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.sallyport.control.v1.Locality;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.Revision;
import io.sallyport.distribution.catalog.CatalogWriter;
import io.sallyport.distribution.catalog.TestStrategies;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;

/** The operator's commands, against a control plane over a real socket. */
class ControlCommandsTest {
  private static final String TWO =
      """
      services {
        a {
          names = [a.example]
          address = 127.20.0.1
          ports = [443]
          endpoints = [10.0.0.1, { host = 10.0.0.2, zone = z2, weight = 3 }]
        }
        b {
          names = [b.example]
          address = 127.20.0.2
          ports = [443]
          endpoints = [10.0.0.3]
        }
      }
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;
  private TestControlPlane plane;

  @BeforeEach
  void begin() throws Exception {
    plane = new TestControlPlane(folder.resolve("store"));
  }

  @AfterEach
  void end() throws Exception {
    plane.close();
  }

  @Test
  void applyShowsWhatItChangesAndThenChangesIt() throws Exception {
    assertThat(execute("catalog", "apply", file(TWO), "--comment", "the first")).isEqualTo(0);
    assertThat(out.toString())
        .isEqualTo(
            """
            changes to a catalog that is empty yet:
            + a
                + names = [a.example]
                + address = 127.20.0.1
                + ports = [443]
                + port 443 to 10.0.0.1:443
                + port 443 to 10.0.0.2:443, zone z2, weight 3
            + b
                + names = [b.example]
                + address = 127.20.0.2
                + ports = [443]
                + port 443 to 10.0.0.3:443
            2 added, 0 changed, 0 removed
            applied as revision %s
            """
                .formatted(newest()));
    assertThat(err).hasToString("");

    clear();
    String other =
        TWO.replace("weight = 3", "weight = 4").replace("10.0.0.3", "10.0.0.9, 10.0.0.3");
    assertThat(execute("catalog", "apply", file(other), "--dry-run")).isEqualTo(0);
    assertThat(out.toString())
        .isEqualTo(
            """
            changes to revision %s:
            ~ a
                - port 443 to 10.0.0.2:443, zone z2, weight 3
                + port 443 to 10.0.0.2:443, zone z2, weight 4
            ~ b
                + port 443 to 10.0.0.9:443
            0 added, 2 changed, 0 removed
            nothing has been changed: this was a dry run
            """
                .formatted(newest()));

    clear();
    assertThat(execute("catalog", "apply", file(TWO))).isEqualTo(0);
    assertThat(out).hasToString("nothing differs from revision " + newest() + "\n");
  }

  @Test
  void aBadFileIsBadInputBeforeAnybodyIsAsked() throws Exception {
    String file = file("services.a { address = 127.20.0.1, prots = [1] }\n");
    assertThat(run("catalog", "apply", file, "--control", "127.0.0.1:1", "--insecure"))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains(file + ":1: services.a.prots: unknown key; did you mean \"ports\"?\n");
  }

  @Test
  void whatTheControlPlaneRefusesIsToldWithItsPlace() throws Exception {
    execute("catalog", "apply", file(TWO));
    clear();
    String clash = "services.c { address = 127.20.0.1, ports = [443], endpoints = [10.0.0.7] }\n";
    assertThat(execute("catalog", "apply", "--partial", file(clash))).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("services.c.ports[0]: \"443\" would listen on 127.20.0.1:443, which")
        .endsWith("sallyport: refused: 1 problem\n");
  }

  @Test
  void aConflictSaysWhichRevisionIsNewest() throws Exception {
    execute("catalog", "apply", file(TWO));
    String first = newest();
    execute("catalog", "apply", file(TWO.replace("10.0.0.3", "10.0.0.4")));
    clear();
    assertThat(execute("catalog", "apply", file(TWO), "--expect", first)).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("sallyport: refused: the newest revision is " + newest() + ", not the one");
    assertThat(execute("catalog", "apply", file(TWO), "--expect", "soon")).isEqualTo(2);
    assertThat(err.toString()).contains("sallyport: \"soon\" is no revision; write one such as");
  }

  @Test
  void showIsACatalogThatApplyReads() throws Exception {
    execute("catalog", "apply", file(TWO));
    clear();
    assertThat(execute("catalog", "show")).isEqualTo(0);
    String shown = out.toString();
    assertThat(shown).startsWith("# Revision " + newest() + " of " + plane.address() + "\n");
    clear();
    assertThat(execute("catalog", "apply", file(shown))).isEqualTo(0);
    assertThat(out.toString()).startsWith("nothing differs from revision");
  }

  @Test
  void historyDiffAndRollback() throws Exception {
    execute("catalog", "apply", file(TWO), "--comment", "the first");
    String first = newest();
    String one = TWO.substring(0, TWO.indexOf("  b {")) + "}\n";
    execute("catalog", "apply", file(one), "--comment", "without b");
    clear();

    assertThat(execute("catalog", "history")).isEqualTo(0);
    assertThat(out.toString().lines())
        .hasSize(3)
        .anyMatch(line -> line.matches(".*  ed  +\\+0 ~0 -1  +without b"))
        .anyMatch(line -> line.startsWith(first) && line.endsWith("+2 ~0 -0  the first"));
    clear();
    assertThat(execute("catalog", "diff", first)).isEqualTo(0);
    assertThat(out.toString())
        .startsWith("from revision " + first + " to " + newest() + ":\n- b\n")
        .endsWith("0 added, 0 changed, 1 removed\n");
    clear();
    String number = first.substring(first.indexOf('.') + 1);
    assertThat(execute("catalog", "rollback", number)).isEqualTo(0);
    assertThat(out.toString())
        .endsWith("rolled back to " + first + ", as revision " + newest() + "\n");
    clear();
    assertThat(execute("catalog", "diff", first, newest())).isEqualTo(0);
    assertThat(out.toString()).startsWith("nothing differs between revision");
    assertThat(execute("catalog", "rollback", "99")).isEqualTo(1);
    assertThat(err.toString()).contains("there is no revision ");
  }

  @Test
  void everythingIsToldInJsonToo() throws Exception {
    execute("catalog", "apply", file(TWO), "--json");
    Config applied = ConfigFactory.parseString(out.toString());
    assertThat(applied.getString("outcome")).isEqualTo("applied");
    assertThat(applied.getConfigList("differences").getFirst().getString("kind"))
        .isEqualTo("added");
    assertThat(applied.getConfigList("differences").getFirst().getStringList("addedLines"))
        .contains("address = 127.20.0.1");
    clear();
    execute("catalog", "show", "--json");
    assertThat(ConfigFactory.parseString(out.toString()).getString("revision"))
        .isEqualTo(applied.getString("revision"));
    clear();
    execute("catalog", "history", "--json");
    assertThat(
            ConfigFactory.parseString(out.toString())
                .getConfigList("changes")
                .getFirst()
                .getString("author"))
        .isEqualTo("ed");
    clear();
    plane.fleet.put(node("n1", true));
    execute("nodes", "--json");
    Config node = ConfigFactory.parseString(out.toString()).getConfigList("nodes").getFirst();
    assertThat(node.getString("node.name")).isEqualTo("n1");
    assertThat(node.getString("effective")).isEqualTo("7.1");
    clear();
    execute("rollout", "status", "--json");
    assertThat(ConfigFactory.parseString(out.toString()).getString("state")).isEqualTo("none");
  }

  @Test
  void nodesAreATableWithWhatIsWrongBeneath() {
    plane.fleet.put(node("n1", true));
    plane.fleet.put(node("n2", false));

    assertThat(execute("nodes")).isEqualTo(0);
    List<String> lines = out.toString().lines().toList();
    assertThat(lines.getFirst())
        .isEqualTo("NODE  ZONE  ACCEPTED  EFFECTIVE  AGE  SERVICES  DOWN  DRIFT  FAILED");
    assertThat(lines.get(1))
        .matches("n1    z1    7\\.2       7\\.1        -    3/4       2     1      5");
    assertThat(lines.get(2)).isEqualTo("  ! is to have 7.2");
    assertThat(lines.get(3)).isEqualTo("  ! service x is refused");
    assertThat(lines.get(4)).isEqualTo("  ! a line of ours is gone");
    assertThat(lines).anyMatch(line -> line.startsWith("  ! has left "));
    assertThat(lines.getLast()).isEqualTo("2 nodes, 1 attached, 0 without a problem");

    assertThat(execute("nodes", "--check")).isEqualTo(1);
    clear();
    assertThat(execute("nodes", "n3")).isEqualTo(1);
    assertThat(err.toString()).contains("sallyport: no node n3 has ever attached");
  }

  @Test
  void aRolloutIsStartedWatchedAndAborted() throws Exception {
    execute("catalog", "apply", file(TWO));
    clear();
    String next = file(TWO.replace("10.0.0.3", "10.0.0.4"));

    assertThat(
            execute(
                "rollout", "start", next, "--stages", "5%,zone=z1", "--quiet", "100ms", "--watch"))
        .as("%s%s", out, err)
        .isEqualTo(0);
    assertThat(out.toString()).contains("~ b\n").contains("  completed  0/0  every node has it");
    clear();
    assertThat(execute("rollout", "status")).isEqualTo(0);
    assertThat(out.toString())
        .contains("  completed  from revision ")
        .contains("  stage 1  5%  done\n")
        .contains("  stage 2  zone=z1  done\n")
        .contains("  stage 3  every node  done\n");
    clear();
    assertThat(execute("rollout", "abort")).isEqualTo(1);
    assertThat(err.toString()).contains(" is completed: there is nothing to abort");

    clear();
    execute("rollout", "start", file(TWO), "--stages", "node=none", "--quiet", "1h");
    assertThat(execute("catalog", "apply", next)).isEqualTo(1);
    assertThat(err.toString()).contains(" is under way, and the catalog stays as it is until then");
    org.awaitility.Awaitility.await()
        .atMost(java.time.Duration.ofSeconds(60))
        .until(() -> {
          clear();
          execute("rollout", "status");
          return out.toString().contains("nothing may go wrong");
        });
    assertThat(execute("rollout", "pause")).isEqualTo(0);
    assertThat(out.toString()).contains("paused by ed");
    assertThat(execute("rollout", "abort")).isEqualTo(0);
    clear();
    assertThat(execute("rollout", "watch")).isEqualTo(1);
    assertThat(out.toString()).contains("aborted by ed");
  }

  @Test
  void stagesThatAreNotUnderstoodAreBadUsage() throws Exception {
    assertThat(execute("rollout", "start", file(TWO), "--stages", "5%,zones=z1,200%")).isEqualTo(2);
    assertThat(err.toString())
        .contains("\"zones=z1\" is no part of a stage; write a percentage")
        .contains("\"200%\" is no part of a stage");
  }

  @Test
  void aViewerIsRefusedWithAReason() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "vic\n");
    assertThat(execute("catalog", "apply", file(TWO), "--token-file", token.toString()))
        .isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "sallyport: \"vic\", a viewer, may not do catalog.apply: it needs the role editor\n");
    assertThat(out.toString()).as("what it would change is shown").contains("2 added");
  }

  @Test
  void theClientsFileSaysHowToReachTheControlPlane() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("client.conf"),
            "control = [\"127.0.0.1:1\", \"" + plane.address() + "\"]\ninsecure = true\n");
    assertThat(run("catalog", "history", "--client", file.toString())).isEqualTo(0);
    assertThat(out).hasToString("there is no catalog yet\n");

    Path wrong = Files.writeString(folder.resolve("wrong.conf"), "contrl = [\"127.0.0.1:1\"]\n");
    assertThat(run("catalog", "history", "--client", wrong.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains(wrong + ":1: contrl: unknown key; did you mean \"control\"?");
  }

  @Test
  void aControlPlaneThatCannotBeReachedIsToldWithWhatToDo() {
    assertThat(run("nodes", "--control", "127.0.0.1:1", "--insecure")).isEqualTo(1);
    assertThat(err.toString()).startsWith("sallyport: no control plane answers at 127.0.0.1:1 (");
    assertThat(run("nodes", "--control", "nowhere")).isEqualTo(2);
    assertThat(err.toString()).contains("\"nowhere\" is no address of a control plane");
    assertThat(run("nodes", "--control", plane.address(), "--key", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("sallyport: --key needs its --certificate");
  }

  private String newest() {
    StringWriter before = new StringWriter().append(out.toString());
    clear();
    execute("catalog", "history", "--limit", "1");
    Matcher revision = Pattern.compile("(?m)^(\\d+\\.\\d+) ").matcher(out.toString());
    assertThat(revision.find()).isTrue();
    clear();
    out.append(before.toString());
    return revision.group(1);
  }

  private String file(String text) throws Exception {
    return Files.writeString(Files.createTempFile(folder, "catalog", ".conf"), text).toString();
  }

  private void clear() {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
  }

  private int execute(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--control", plane.address(), "--insecure"));
    return run(all.toArray(String[]::new));
  }

  private int run(String... arguments) {
    CatalogTools tools =
        new CatalogTools(
            TestStrategies.reader(),
            new CatalogWriter(TestStrategies.balancers(), TestStrategies.checks()));
    return new CommandLine(CommandSpec.create().name("sallyport"), new WithTools(tools))
        .addSubcommand(new CatalogCommand(CommandSpec.create(), tools::reader))
        .addSubcommand(NodesCommand.class)
        .addSubcommand(RolloutCommand.class)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  /** Makes commands that read with the strategies of tests. */
  private record WithTools(CatalogTools tools) implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      if (type.getEnclosingClass() == RolloutCommand.class
          || type.getSimpleName().startsWith("Catalog")) {
        return type.cast(
            type.getConstructor(CommandSpec.class, Supplier.class)
                .newInstance(CommandSpec.create(), (Supplier<CatalogTools>) () -> tools));
      }
      return CommandLine.defaultFactory().create(type);
    }
  }

  private static NodeState node(String name, boolean attached) {
    return NodeState.newBuilder()
        .setNode(Node.newBuilder().setName(name).setLocality(Locality.newBuilder().setZone("z1")))
        .setAttached(attached)
        .setSinceMillis(1)
        .setMeant(Revision.newBuilder().setEpoch(7).setNumber(2))
        .setAccepted(Revision.newBuilder().setEpoch(7).setNumber(2))
        .setEffective(Revision.newBuilder().setEpoch(7).setNumber(1))
        .setServicesDeclared(4)
        .setServicesServing(3)
        .setEndpointsUnhealthy(2)
        .setFailedSessions(5)
        .addProblems("service x is refused")
        .addDrift("a line of ours is gone")
        .build();
  }
}
