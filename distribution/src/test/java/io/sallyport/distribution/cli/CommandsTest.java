package io.sallyport.distribution.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogWriter;
import io.sallyport.distribution.catalog.TestStrategies;
import io.sallyport.distribution.haproxy.HaproxyImporter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class CommandsTest {
  private static final String GOOD =
      "services.a { address = 127.20.0.1, ports = [1, 2], endpoints = [z1.example] }\n";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  @Test
  void aValidCatalogIsToldInOneLine() throws Exception {
    Path file = Files.writeString(folder.resolve("good.conf"), GOOD);

    assertThat(execute("catalog", "validate", file.toString())).isEqualTo(0);

    assertThat(out).hasToString("valid: 1 service, 2 ports\n");
    assertThat(err).hasToString("");
  }

  @Test
  void aBadCatalogIsBadInputWithAllItsProblems() throws Exception {
    Path file = Files.writeString(folder.resolve("bad.conf"), GOOD.replace("ports", "prots"));

    assertThat(execute("catalog", "validate", file.toString())).isEqualTo(2);

    assertThat(out).hasToString("");
    assertThat(err)
        .hasToString(
            file
                + ":1: services.a.ports: is missing; add the ports that the node shall accept on,"
                + " such as ports = [443]\n"
                + file
                + ":1: services.a.prots: unknown key; did you mean \"ports\"?\n"
                + "refused: 2 problems\n");
  }

  @Test
  void problemsAreToldInJsonToo() throws Exception {
    Path file = Files.writeString(folder.resolve("bad.conf"), "\"services\" = \"a \\\"b\\\"\"");

    assertThat(execute("catalog", "validate", "--json", file.toString())).isEqualTo(2);

    Config json = ConfigFactory.parseString(out.toString());
    assertThat(json.getBoolean("valid")).isFalse();
    Config problem = json.getConfigList("problems").getFirst();
    assertThat(problem.getString("severity")).isEqualTo("error");
    assertThat(problem.getString("file")).isEqualTo(file.toString());
    assertThat(problem.getInt("line")).isEqualTo(1);
    assertThat(problem.getString("path")).isEqualTo("services");
    assertThat(problem.getString("value")).isEqualTo("a \"b\"");
    assertThat(problem.getString("message")).isEqualTo("is a text, not an object");
    assertThat(problem.getString("remedy")).isEqualTo("write services { … }");
    assertThat(err).hasToString("");
  }

  @Test
  void aMissingCommandFileOrOptionIsBadUsage() {
    assertThat(execute("catalog")).isEqualTo(2);
    assertThat(execute("catalog", "validate")).isEqualTo(2);
    assertThat(execute("import")).isEqualTo(2);
    assertThat(execute("import", "haproxy", "--colour", "x")).isEqualTo(2);
    assertThat(execute("import", "haproxy", folder.resolve("none.cfg").toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("a command is missing, such as validate")
        .contains("a command is missing, such as haproxy")
        .contains("none.cfg: does not exist; check the path");
  }

  @Test
  void anImportedCatalogGoesToStandardOutputAndIsValid() throws Exception {
    assertThat(
            execute(
                "import",
                "haproxy",
                resource("haproxy-static-pod.cfg"),
                "--hosts",
                resource("hosts")))
        .isEqualTo(0);

    assertThat(err).hasToString("25 lines need no attention; --verbose says why\n");
    String catalog = out.toString();
    assertThat(catalog)
        .startsWith(
            "# Imported from "
                + resource("haproxy-static-pod.cfg")
                + " and "
                + resource("hosts")
                + ".\n")
        .contains("names = [registry.bluemix.net, icr.io, cp.icr.io]");
    Path file = Files.writeString(folder.resolve("imported.conf"), catalog);
    out.getBuffer().setLength(0);
    assertThat(execute("catalog", "validate", file.toString())).isEqualTo(0);
    assertThat(out).hasToString("valid: 1 service, 2 ports\n");
  }

  @Test
  void whatIsNotCarriedOverIsListedWhileTheCatalogGoesToAFile() throws Exception {
    Path output = folder.resolve("out.conf");

    assertThat(
            execute("import", "haproxy", resource("balances.cfg"), "--output", output.toString()))
        .isEqualTo(0);

    assertThat(out).hasToString("");
    assertThat(err.toString())
        .startsWith(
            resource("balances.cfg")
                + ":9: changed: balance leastconn: the balancer least-connections is not installed,"
                + " sessions spread by round-robin\n");
    assertThat(output).content().contains("services {");
  }

  @Test
  void anOutputThatCannotBeWrittenFails() throws Exception {
    assertThat(
            execute("import", "haproxy", resource("database.cfg"), "--output", folder.toString()))
        .isEqualTo(1);

    assertThat(err.toString()).contains(folder + ": cannot be written: ");
  }

  @Test
  void anImportIsToldInJsonToo() throws Exception {
    assertThat(execute("import", "haproxy", resource("balances.cfg"), "--json")).isEqualTo(0);

    Config json = ConfigFactory.parseString(out.toString());
    assertThat(json.getBoolean("imported")).isTrue();
    assertThat(json.getString("catalog")).contains("services {");
    Config note = json.getConfigList("notes").getFirst();
    assertThat(note.getString("kind")).isEqualTo("changed");
    assertThat(note.getInt("line")).isEqualTo(9);
    assertThat(json.getConfigList("problems")).isEmpty();
  }

  @Test
  void theDoctorRefusesWhatItDoesNotKnow() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("named.conf"), GOOD.replace("ports", "names = [icr.io], ports"));

    assertThat(doctor(file, "icr.oi")).isEqualTo(2);
    assertThat(err)
        .hasToString(
            "sallyport: icr.oi is no name of catalog " + file + "; did you mean icr.io?\n");
    assertThat(doctor(file, "--ca", "/nowhere.crt")).isEqualTo(2);
    assertThat(err.toString())
        .endsWith(
            "sallyport: --ca /nowhere.crt: cannot be read as certificates: /nowhere.crt; name a"
                + " file of certificates in PEM\n");
    assertThat(doctor(Files.writeString(file, GOOD))).isEqualTo(1);
    assertThat(err.toString())
        .endsWith("sallyport: catalog " + file + " has no public name to examine\n");
    assertThat(doctor(Files.writeString(file, "services = 1"))).isEqualTo(2);
    assertThat(err.toString()).endsWith("refused: 1 problem\n");
    assertThat(execute("doctor", "--admin", "127.0.0.1:1")).isEqualTo(1);
    assertThat(err.toString())
        .contains("sallyport: no agent answers at 127.0.0.1:1 (")
        .endsWith("; or name a catalog with --catalog FILE\n");
    assertThat(out).hasToString("");
  }

  private int doctor(Path catalog, String... more) {
    List<String> arguments = new ArrayList<>(List.of("doctor", "--admin", "127.0.0.1:1"));
    arguments.addAll(List.of("--catalog", catalog.toString()));
    arguments.addAll(List.of(more));
    return execute(arguments.toArray(String[]::new));
  }

  private int execute(String... arguments) {
    CatalogReader reader = TestStrategies.reader();
    HaproxyImporter importer = new HaproxyImporter(reader.defaults(), name -> Optional.empty());
    CatalogWriter writer = new CatalogWriter(TestStrategies.balancers(), TestStrategies.checks());
    return new CommandLine(CommandSpec.create().name("sallyport"), new Commands())
        .addSubcommand(new CatalogCommand(CommandSpec.create(), () -> reader))
        .addSubcommand(new ImportCommand(CommandSpec.create(), () -> importer, () -> writer))
        .addSubcommand(new DoctorCommand(CommandSpec.create(), () -> reader))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private static String resource(String name) throws Exception {
    return Path.of(
            Objects.requireNonNull(CommandsTest.class.getResource("/haproxy/" + name)).toURI())
        .toString();
  }
}
