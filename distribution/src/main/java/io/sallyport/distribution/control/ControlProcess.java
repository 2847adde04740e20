package io.sallyport.distribution.control;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.config.Problem;
import io.sallyport.control.server.ControlException;
import io.sallyport.control.server.ControlServer;
import io.sallyport.control.server.ControlServer.Restored;
import io.sallyport.distribution.admin.AdminPages;
import io.sallyport.distribution.admin.AdminPortException;
import io.sallyport.distribution.admin.AdminServer;
import io.sallyport.distribution.admin.PrometheusText;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogWriter;
import io.sallyport.distribution.catalog.ServiceLanguage;
import io.sallyport.distribution.control.ControlSettingsReader.ProcessSettings;
import io.sallyport.distribution.control.ControlSettingsReader.Result;
import io.sallyport.distribution.log.Logging;
import io.sallyport.distribution.node.NodeSettingsReader.Setting;
import io.sallyport.distribution.node.StateDirectory;
import io.sallyport.distribution.node.StopSignal;
import io.sallyport.distribution.node.Surroundings;
import io.sallyport.distribution.plugins.InstalledPlugins;
import io.sallyport.distribution.status.AgentVersion;
import io.sallyport.engine.Strategies;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control plane as this process, from the settings to the exit code.
 *
 * @since 0.1
 */
public final class ControlProcess {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int BAD_INPUT = 2;

  private final Surroundings surroundings;
  private final OutputStream log;
  private final PrintWriter err;

  /**
   * Makes a process that has not begun.
   *
   * @param log takes the log; never closed
   * @param err takes what is wrong
   */
  public ControlProcess(Surroundings surroundings, OutputStream log, PrintWriter err) {
    this.surroundings = surroundings;
    this.log = log;
    this.err = err;
  }

  /**
   * What the user asked for.
   *
   * @param config the settings file
   * @param settings from the command line
   * @param restored whether the store was restored from a backup
   */
  public record Request(Path config, List<Setting> settings, Restored restored) {
    /** Copies the list. */
    public Request {
      settings = List.copyOf(settings);
    }
  }

  /** Runs until a signal ends it. Returns the exit code. */
  public int run(Request request) {
    try {
      InstalledPlugins plugins = InstalledPlugins.load();
      plugins.faults().forEach(err::println);
      plugins.warnings().forEach(err::println);
      ControlSettingsReader reader =
          new ControlSettingsReader(surroundings.stateDirectory(), host());
      return switch (reader.read(request.config(), request.settings())) {
        case Result.Refused(List<Problem> problems) -> {
          problems.forEach(problem -> err.println(problem.text()));
          err.println("sallyport: the settings were refused");
          yield BAD_INPUT;
        }
        case Result.Read(ProcessSettings settings, List<Problem> warnings) -> {
          warnings.forEach(warning -> err.println(warning.text()));
          yield serve(request, settings, plugins);
        }
      };
    } catch (InstalledPlugins.PluginException
        | StateDirectory.StateDirectoryException
        | AdminPortException
        | ControlException fault) {
      err.println("sallyport: " + fault.getMessage());
      return FAILED;
    } finally {
      err.flush();
    }
  }

  /** This machine's name; asks no name server where the kernel tells. */
  private static String host() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException notLinux) {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException nameless) {
        return "localhost";
      }
    }
  }

  private int serve(Request request, ProcessSettings settings, InstalledPlugins plugins) {
    // Signals are taken before all else, and let go when all has been put in order.
    try (StopSignal stop = StopSignal.taken();
        StateDirectory state =
            StateDirectory.open(settings.control().stateDirectory(), StateDirectory.Owner.CONTROL);
        Logging logging =
            Logging.start(
                (LoggerContext) LoggerFactory.getILoggerFactory(),
                settings.log(),
                log,
                InstantSource.system())) {
      // Says so at every try; the stores say it once.
      ((LoggerContext) LoggerFactory.getILoggerFactory())
          .getLogger("io.etcd.jetcd")
          .setLevel(Level.ERROR);
      Logger logger = LoggerFactory.getLogger(ControlProcess.class);
      logger
          .atInfo()
          .addKeyValue("version", AgentVersion.ofThisModule().text())
          .addKeyValue("pid", ProcessHandle.current().pid())
          .addKeyValue("replica", settings.control().replica())
          .addKeyValue("state", state.path())
          .log("control plane starts");
      plugins.faults().forEach(fault -> logger.atError().log(fault));
      MetricRegistry metrics = new MetricRegistry();
      Gauge<Long> dropped = logging::dropped;
      metrics.register("log_lines_dropped_total", dropped);
      Optional<ControlServer> started =
          ControlServer.start(
              settings.control(), request.restored(), environment(plugins, metrics), stop.first());
      if (started.isEmpty()) {
        logger
            .atInfo()
            .addKeyValue("signal", stop.await())
            .log("control plane stops before it has served");
        return neverServed(request.restored());
      }
      try (ControlServer server = started.get();
          Admin admin = Admin.open(settings.admin(), server, metrics)) {
        logger.atInfo().addKeyValue("address", text(server.address())).log("control plane serves");
        admin
            .address()
            .ifPresent(address ->
                logger.atInfo().addKeyValue("address", text(address)).log("admin port is open"));
        logger.atInfo().addKeyValue("signal", stop.await()).log("control plane stops");
        boolean left = server.stop();
        logger.atInfo().addKeyValue("in_order", left).log("control plane has stopped");
      }
      return DONE;
    }
  }

  private int neverServed(Restored restored) {
    return switch (restored) {
      case NO -> DONE;
      case YES -> {
        err.println(
            "sallyport: stopped before the store said that its catalog goes on in a new epoch;"
                + " start with --restored again");
        yield FAILED;
      }
    };
  }

  private static ControlServer.Environment environment(
      InstalledPlugins plugins, MetricRegistry metrics) {
    Strategies strategies = plugins.strategies();
    return new ControlServer.Environment(
        new ServiceLanguage(
            new CatalogReader(strategies.balancers(), strategies.healthChecks()),
            new CatalogWriter(strategies.balancers(), strategies.healthChecks())),
        metrics,
        InstantSource.system(),
        System::nanoTime,
        new Random(),
        AgentVersion.ofThisModule().text());
  }

  private static String text(InetSocketAddress address) {
    return Addresses.text(address.getAddress(), address.getPort());
  }

  /** The admin port, where there is one. */
  private record Admin(Optional<AdminServer> server) implements AutoCloseable {
    static Admin open(
        Optional<InetSocketAddress> address, ControlServer control, MetricRegistry metrics) {
      return new Admin(
          address.map(where ->
              AdminServer.open(
                  where, new AdminPages(control::unready, new PrometheusText(metrics)))));
    }

    Optional<InetSocketAddress> address() {
      return server.map(AdminServer::address);
    }

    @Override
    public void close() {
      server.ifPresent(AdminServer::close);
    }
  }
}
