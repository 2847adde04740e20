package io.sallyport.distribution.cli;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Problems;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogResult;
import io.sallyport.distribution.doctor.Agent;
import io.sallyport.distribution.doctor.Doctor;
import io.sallyport.distribution.doctor.DoctorReport;
import io.sallyport.distribution.doctor.Limits;
import io.sallyport.distribution.doctor.NamedService;
import io.sallyport.distribution.doctor.NodeFiles;
import io.sallyport.distribution.doctor.NodeTrust;
import io.sallyport.distribution.hocon.NearestKey;
import io.sallyport.distribution.json.RecordJson;
import io.sallyport.distribution.node.NodeSettingsReader;
import io.sallyport.distribution.node.Surroundings;
import io.sallyport.distribution.status.AgentStatus;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport doctor}: which link of the way of each public name is broken, and by whom.
 *
 * @since 0.1
 */
@Command(
    name = "doctor",
    description = "Follow each public name as a client would, and say what is broken and by whom.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {
      "",
      "It changes nothing. It connects to the services, and asks name servers and registries.",
      "Exit codes: 0 no chain is broken, 1 one is, or there is nothing to examine, 2 bad usage,"
          + " settings or catalog."
    })
public final class DoctorCommand implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int BAD_INPUT = 2;

  private final Supplier<CatalogReader> reader;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      description = "public names to examine, and to show in detail; default: all of the catalog")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--catalog",
      paramLabel = "FILE",
      description = "the catalog; default: what the agent on this machine serves")
  private @Nullable Path catalog;

  @Option(
      names = "--hosts-file",
      paramLabel = "FILE",
      description = "the hosts file to look at; default: the one of the settings, or /etc/hosts")
  private @Nullable Path hostsFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "certificates (PEM) to trust beside the system's; may be repeated")
  private List<Path> authorities = new ArrayList<>();

  @Option(names = "--json", description = "print all that was found, in JSON")
  private boolean json;

  @Mixin private AdminPort port = new AdminPort();

  /**
   * Makes the command.
   *
   * @param spec replaced by picocli when it sets the command up
   * @param reader reads the catalog; asked for when there is one to read
   */
  public DoctorCommand(CommandSpec spec, Supplier<CatalogReader> reader) {
    this.spec = spec;
    this.reader = reader;
  }

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    Agent agent;
    switch (port.find(spec.commandLine())) {
      case AdminPort.Found.Nowhere(int exitCode) -> {
        if (exitCode == BAD_INPUT || catalog == null) {
          return exitCode;
        }
        agent = Agent.none("no agent can be asked");
      }
      case AdminPort.Found.At(AdminClient client) -> agent = ask(client);
    }
    if (catalog != null) {
      return switch (reader.get().read(catalog, Revision.NONE)) {
        case CatalogResult.Read(Catalog read, var warnings, var files) ->
            examine(
                "catalog " + catalog,
                read.services().stream().map(NamedService::of).toList(),
                agent);
        case CatalogResult.Refused(List<Problem> problems, var files) -> {
          problems.forEach(problem -> err.println(problem.text()));
          err.println(ProblemText.summary(problems));
          yield BAD_INPUT;
        }
      };
    }
    if (agent.status().isEmpty()) {
      err.println("sallyport: " + agent.words() + "; or name a catalog with --catalog FILE");
      return FAILED;
    }
    List<NamedService> services =
        agent.status().get().node().services().stream()
            .flatMap(service -> NamedService.of(service).stream())
            .toList();
    return examine("what the agent serves", services, agent);
  }

  private static Agent ask(AdminClient client) {
    return switch (client.get("/status")) {
      case AdminClient.Answer.None none -> Agent.none(none.reason());
      case AdminClient.Answer.Page page -> {
        try {
          yield Agent.of(RecordJson.read(page.body(), AgentStatus.class));
        } catch (IllegalArgumentException other) {
          yield Agent.none("what answers at the admin port is no agent: " + other.getMessage());
        }
      }
    };
  }

  private int examine(String source, List<NamedService> services, Agent agent) {
    PrintWriter err = spec.commandLine().getErr();
    List<String> known =
        services.stream().flatMap(service -> service.names().stream()).distinct().toList();
    List<String> wanted =
        names.stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .map(name -> name.endsWith(".") ? name.substring(0, name.length() - 1) : name)
            .toList();
    List<String> unknown = wanted.stream().filter(name -> !known.contains(name)).toList();
    for (String name : unknown) {
      err.println(
          "sallyport: "
              + name
              + " is no name of "
              + source
              + NearestKey.of(name, known).map(near -> "; did you mean " + near + "?").orElse(""));
    }
    if (!unknown.isEmpty()) {
      return BAD_INPUT;
    }
    if (known.isEmpty()) {
      err.println("sallyport: " + source + " has no public name to examine");
      return FAILED;
    }
    Problems problems = new Problems();
    Path hosts = hosts(problems);
    if (problems.refuse()) {
      problems.all().forEach(problem -> err.println(problem.text()));
      return BAD_INPUT;
    }
    NodeTrust trust;
    try {
      trust = NodeTrust.of(System.getenv(), authorities);
    } catch (NodeTrust.UnusableException unusable) {
      err.println("sallyport: " + unusable.getMessage());
      return BAD_INPUT;
    }
    try (Doctor doctor =
        new Doctor(
            new NodeFiles(hosts, NodeFiles.ETC),
            trust,
            agent,
            Limits.USUAL,
            InstantSource.system(),
            new Random())) {
      return show(doctor.examine(source, services, wanted.isEmpty() ? known : wanted));
    }
  }

  private Path hosts(Problems problems) {
    Path hosts = hostsFile;
    if (hosts == null) {
      hosts =
          new NodeSettingsReader(Map.of(), Surroundings.ofThisProcess())
              .hostsFile(port.config(), problems)
              .orElse(NodeFiles.ETC.resolve("hosts"));
    }
    return hosts.toAbsolutePath().normalize();
  }

  private int show(DoctorReport report) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(RecordJson.text(report));
    } else {
      boolean terminal =
          Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
      Paint paint = Paint.of(terminal, System.getenv());
      out.print(DoctorTable.of(report, !names.isEmpty(), paint));
    }
    out.flush();
    return report.broken() > 0 ? FAILED : DONE;
  }
}
