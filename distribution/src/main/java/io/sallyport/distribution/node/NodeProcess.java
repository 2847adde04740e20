package io.sallyport.distribution.node;

import ch.qos.logback.classic.LoggerContext;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.config.Problem;
import io.sallyport.api.source.CatalogSourceFactory;
import io.sallyport.distribution.admin.AdminPortException;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogResult;
import io.sallyport.distribution.log.Logging;
import io.sallyport.distribution.node.NodeSettingsReader.Setting;
import io.sallyport.distribution.plugins.InstalledPlugins;
import io.sallyport.distribution.status.AgentVersion;
import io.sallyport.engine.Engine;
import io.sallyport.engine.Strategies;
import io.sallyport.engine.TransportUnavailableException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node as this process, from the settings to the exit code.
 *
 * @since 0.1
 */
public final class NodeProcess {
  /** Stopped because it was told to. */
  public static final int DONE = 0;

  /** Could not run, or not stop in good order. */
  public static final int FAILED = 1;

  /** The settings or the catalog are bad. */
  public static final int BAD_INPUT = 2;

  private final Surroundings surroundings;
  private final OutputStream log;
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * Makes a process that has not begun.
   *
   * @param log takes the log; never closed
   * @param out takes what a dry run says
   * @param err takes what is wrong
   */
  public NodeProcess(
      Surroundings surroundings, OutputStream log, PrintWriter out, PrintWriter err) {
    this.surroundings = surroundings;
    this.log = log;
    this.out = out;
    this.err = err;
  }

  /**
   * What the user asked for.
   *
   * @param catalog the catalog's file; empty when the settings say where the catalog comes from
   * @param config the settings file where the user named one
   * @param settings from the command line
   */
  public record Request(Optional<Path> catalog, Optional<Path> config, List<Setting> settings) {
    /** Copies the list. */
    public Request {
      settings = List.copyOf(settings);
    }
  }

  /** Says what {@link #run} would do with a file, and does nothing. Returns the exit code. */
  public int dryRun(Request request) {
    Path file = request.catalog().orElseThrow();
    return with(request, (settings, plugins) -> preview(file, settings, plugins.strategies()));
  }

  /** Runs until a signal ends it. Returns the exit code. */
  public int run(Request request) {
    return with(request, (settings, plugins) -> serve(request, settings, plugins));
  }

  /** Those on the module path; the launcher puts them there for {@code agent}. */
  private static Map<String, CatalogSourceFactory<?>> sources() {
    Map<String, CatalogSourceFactory<?>> sources = new LinkedHashMap<>();
    for (CatalogSourceFactory<?> factory : ServiceLoader.load(CatalogSourceFactory.class)) {
      sources.put(factory.type(), factory);
    }
    return sources;
  }

  private interface Task {
    int with(NodeSettings settings, InstalledPlugins plugins);
  }

  private int with(Request request, Task task) {
    try {
      InstalledPlugins plugins = InstalledPlugins.load();
      plugins.faults().forEach(err::println);
      plugins.warnings().forEach(err::println);
      Map<String, CatalogSourceFactory<?>> sources =
          request.catalog().isPresent() ? Map.of() : sources();
      NodeSettingsReader reader =
          new NodeSettingsReader(
              plugins.strategies().hostInjectors(), new SourceSections(sources), surroundings);
      if (request.catalog().isEmpty() && sources.isEmpty()) {
        err.println(
            "sallyport: lib/control of the installation is missing: unpack the archive again,"
                + " whole");
        return FAILED;
      }
      return switch (reader.read(request.config(), request.settings())) {
        case SettingsResult.Refused refused ->
            refused("the settings were refused", refused.problems());
        case SettingsResult.Read read -> {
          read.warnings().forEach(warning -> err.println(warning.text()));
          yield task.with(read.settings(), plugins);
        }
      };
    } catch (InstalledPlugins.PluginException
        | StateDirectory.StateDirectoryException
        | AdminPortException
        | TransportUnavailableException fault) {
      err.println("sallyport: " + fault.getMessage());
      return FAILED;
    } finally {
      err.flush();
      out.flush();
    }
  }

  private int refused(String what, List<Problem> problems) {
    problems.forEach(problem -> err.println(problem.text()));
    err.println("sallyport: " + what);
    return BAD_INPUT;
  }

  private int preview(Path file, NodeSettings settings, Strategies strategies) {
    CatalogReader reader = new CatalogReader(strategies.balancers(), strategies.healthChecks());
    return switch (reader.read(file, new Revision(1, 1))) {
      case CatalogResult.Refused refused -> refused("the catalog was refused", refused.problems());
      case CatalogResult.Read read -> {
        read.warnings().forEach(warning -> err.println(warning.text()));
        Catalog meant = read.catalog().meantFor(settings.identity());
        out.println(file + ": " + summary(meant));
        Engine.preview(settings.engine(), strategies, meant, InstantSource.system())
            .forEach(out::println);
        yield DONE;
      }
    };
  }

  private static String summary(Catalog catalog) {
    long listeners = catalog.services().stream().mapToLong(s -> s.ports().size()).sum();
    long endpoints =
        catalog.services().stream()
            .flatMap(service -> service.ports().stream())
            .mapToLong(port -> port.endpoints().size())
            .sum();
    return count(catalog.services().size(), "service")
        + ", "
        + count(listeners, "listener")
        + ", "
        + count(endpoints, "endpoint");
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private int serve(Request request, NodeSettings settings, InstalledPlugins plugins) {
    try (StateDirectory state = StateDirectory.open(settings.engine().stateDirectory());
        Logging logging =
            Logging.start(
                (LoggerContext) LoggerFactory.getILoggerFactory(),
                settings.log(),
                log,
                InstantSource.system())) {
      Optional<Path> catalog = request.catalog().map(file -> file.toAbsolutePath().normalize());
      Logger logger = LoggerFactory.getLogger(NodeProcess.class);
      logger
          .atInfo()
          .addKeyValue("version", AgentVersion.ofThisModule().text())
          .addKeyValue("pid", ProcessHandle.current().pid())
          .addKeyValue("root", surroundings.root())
          .addKeyValue("catalog", catalog.map(Path::toString).orElse("from a control plane"))
          .addKeyValue("state", state.path())
          .log("agent starts");
      plugins.faults().forEach(fault -> logger.atError().log(fault));
      Node node =
          catalog.isPresent()
              ? NodeModule.node(settings, catalog.get(), plugins, logging)
              : NodeModule.agent(settings, sources(), plugins, logging);
      return switch (node.start()) {
        case Node.Start.NoCatalog none ->
            refused(
                "the catalog was refused, and there is no earlier one to go on with",
                none.problems());
        case Node.Start.Running running -> untilSignalled(running.run(), logger);
      };
    }
  }

  /** The first TERM or INT stops in good order; the next one ends the process where it stands. */
  private int untilSignalled(Node.Run run, Logger logger) {
    try (StopSignal stop = StopSignal.taken()) {
      Signals.handle("HUP", number -> run.readAgain());
      run.admin()
          .ifPresent(address ->
              logger
                  .atInfo()
                  .addKeyValue("address", Addresses.text(address.getAddress(), address.getPort()))
                  .log("admin port is open"));
      logger.atInfo().addKeyValue("signal", stop.await()).log("agent stops");
      boolean ended = run.stop();
      logger.atInfo().addKeyValue("in_order", ended).log("agent has stopped");
      return ended ? DONE : FAILED;
    }
  }
}
