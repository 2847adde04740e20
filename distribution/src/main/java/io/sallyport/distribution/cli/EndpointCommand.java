package io.sallyport.distribution.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.distribution.admin.AdminServer;
import io.sallyport.distribution.hocon.NearestKey;
import io.sallyport.distribution.json.RecordJson;
import io.sallyport.distribution.status.AgentStatus;
import io.sallyport.engine.status.EndpointStatus;
import io.sallyport.engine.status.ListenerStatus;
import io.sallyport.engine.status.ServiceStatus;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport endpoint}: an operator's word on one endpoint, beside the catalog.
 *
 * @since 0.1
 */
@Command(
    name = "endpoint",
    description = "Take an endpoint out of use on this node, or back in.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {
      "",
      "The word outlives changes of the catalog and ends with the agent. The strictest of it, the"
          + " catalog's and the endpoint's own holds.",
      "Exit codes: 0 done, 1 no agent or no such endpoint, 2 bad usage."
    })
public final class EndpointCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  /** For picocli. */
  public EndpointCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec().commandLine(), "a command is missing");
  }

  @Command(
      name = "drain",
      description = "No new sessions go there; those that run may end by themselves.",
      mixinStandardHelpOptions = true)
  int drain(@Mixin Target target) {
    return order(target, EndpointMode.DRAIN);
  }

  @Command(
      name = "maintain",
      description =
          "No new sessions and no checks go there; with on-down = close-sessions those that run are"
              + " ended.",
      mixinStandardHelpOptions = true)
  int maintain(@Mixin Target target) {
    return order(target, EndpointMode.MAINTENANCE);
  }

  @Command(
      name = "enable",
      description = "Take back what drain or maintain said.",
      mixinStandardHelpOptions = true)
  int enable(@Mixin Target target) {
    return order(target, EndpointMode.ENABLED);
  }

  /** Which endpoint. */
  public static final class Target {
    @Parameters(index = "0", paramLabel = "SERVICE", description = "the service's id")
    private String service = "";

    @Parameters(index = "1", paramLabel = "ENDPOINT", description = "the endpoint's name")
    private String endpoint = "";

    @Option(
        names = "--port",
        paramLabel = "PORT",
        description = "behind this listening port only; default: every one of the service")
    private @Nullable Integer port;

    @Mixin private AdminPort admin = new AdminPort();

    /** For picocli. */
    public Target() {}
  }

  private int order(Target target, EndpointMode mode) {
    CommandLine line = spec().commandLine();
    return switch (target.admin.find(line)) {
      case AdminPort.Found.Nowhere(int exitCode) -> exitCode;
      case AdminPort.Found.At(AdminClient agent) -> order(agent, target, mode, line);
    };
  }

  private static int order(AdminClient agent, Target target, EndpointMode mode, CommandLine line) {
    PrintWriter err = line.getErr();
    AgentStatus status;
    switch (agent.get("/status")) {
      case AdminClient.Answer.None none -> {
        err.println("sallyport: " + none.reason());
        return 1;
      }
      case AdminClient.Answer.Page(String body) ->
          status = RecordJson.read(body, AgentStatus.class);
    }
    Optional<String> unknown = unknown(status, target);
    if (unknown.isPresent()) {
      err.println("sallyport: " + unknown.get());
      return 1;
    }
    String path =
        AdminServer.ENDPOINT
            + "?service="
            + URLEncoder.encode(target.service, UTF_8)
            + "&endpoint="
            + URLEncoder.encode(target.endpoint, UTF_8)
            + "&mode="
            + mode.name().toLowerCase(Locale.ROOT)
            + (target.port == null ? "" : "&port=" + target.port);
    return switch (agent.post(path)) {
      case AdminClient.Answer.None none -> {
        err.println("sallyport: " + none.reason());
        yield 1;
      }
      case AdminClient.Answer.Page(String ports) -> {
        line.getOut().println(done(target, mode, ports.strip()));
        line.getOut().flush();
        yield 0;
      }
    };
  }

  private static String done(Target target, EndpointMode mode, String ports) {
    String where = target.endpoint + " of " + target.service + ", port " + ports.replace(" ", ", ");
    String undo =
        "; take it back with: sallyport endpoint enable " + target.service + " " + target.endpoint;
    return switch (mode) {
      case ENABLED -> where + ": what the catalog and the endpoint itself say holds again";
      case DRAIN -> where + ": takes no new sessions" + undo;
      case MAINTENANCE -> where + ": in maintenance" + undo;
    };
  }

  /** What of a target there is not, with a suggestion; empty when all is there. */
  private static Optional<String> unknown(AgentStatus status, Target target) {
    Set<String> services =
        status.node().services().stream().map(ServiceStatus::id).collect(Collectors.toSet());
    if (!services.contains(target.service)) {
      return Optional.of(
          "there is no service " + target.service + suggestion(target.service, services));
    }
    Set<String> endpoints = new TreeSet<>();
    Set<Integer> ports = new TreeSet<>();
    for (ServiceStatus service : status.node().services()) {
      for (ListenerStatus listener : service.listeners()) {
        if (service.id().equals(target.service)) {
          ports.add(listener.port());
          if (target.port == null || target.port == listener.port()) {
            listener.endpoints().stream().map(EndpointStatus::name).forEach(endpoints::add);
          }
        }
      }
    }
    if (target.port != null && !ports.contains(target.port)) {
      return Optional.of(
          "service "
              + target.service
              + " does not listen on port "
              + target.port
              + "; its ports: "
              + ports.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }
    return endpoints.contains(target.endpoint)
        ? Optional.empty()
        : Optional.of(
            "service "
                + target.service
                + " has no endpoint "
                + target.endpoint
                + suggestion(target.endpoint, endpoints));
  }

  private static String suggestion(String written, Set<String> known) {
    return NearestKey.of(written, known)
        .map(near -> "; did you mean " + near + "?")
        .orElseGet(() ->
            known.isEmpty() || known.size() > 20 ? "" : "; there are: " + String.join(", ", known));
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not filled this command");
    }
    return spec;
  }
}
