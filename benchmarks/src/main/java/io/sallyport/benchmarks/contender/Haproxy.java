package io.sallyport.benchmarks.contender;

import io.sallyport.benchmarks.process.Daemon;
import java.nio.file.Path;
import java.util.List;

/**
 * HAProxy as the node proxies of managed clusters configure it. The timeouts are Sallyport's
 * defaults; there is no log target, because Sallyport logs no session that ends well either.
 *
 * @param program the executable
 * @param splice which options of splicing are added
 * @param supervised whether a master process runs in front of the worker, which reloading takes
 */
public record Haproxy(Path program, Splice splice, Master supervised) implements Contender {
  /** Whether the kernel may move bulk between sockets. */
  public enum Splice {
    /** As in the seed. */
    OFF("haproxy", "HAProxy, seed's settings"),
    /** Where HAProxy sees a use in it. */
    AUTO("haproxy-splice", "HAProxy, splice-auto"),
    /** Whatever passes. */
    ALWAYS("haproxy-splice-always", "HAProxy, splicing always");

    private final String id;
    private final String title;

    Splice(String id, String title) {
      this.id = id;
      this.title = title;
    }

    private List<String> options() {
      return switch (this) {
        case OFF -> List.of();
        case AUTO -> List.of("splice-auto");
        case ALWAYS -> List.of("splice-request", "splice-response");
      };
    }
  }

  /** Whether the worker has a master. */
  public enum Master {
    NONE,
    RELOADING
  }

  /**
   * Two descriptors each, and as many again for a quarter of them, which splicing sets aside for
   * its pipes: what 20,000 descriptors allow.
   */
  private static final int MOST_CONNECTIONS = 7_500;

  /** The same beside a listener and a check for each of thousands of routes. */
  private static final int FEW_CONNECTIONS = 500;

  private static final int MANY_ROUTES = 100;

  @Override
  public String id() {
    return splice.id;
  }

  @Override
  public String title() {
    return splice.title;
  }

  @Override
  public String settings() {
    return splice != Splice.OFF
        ? "the same with `option " + String.join("` and `option ", splice.options()) + "`"
        : "mode tcp, option tcplog without a log target, balance roundrobin, option tcp-check,"
            + " check inter 60s fall 3 rise 3 on-marked-down shutdown-sessions on-marked-up"
            + " shutdown-backup-sessions; timeouts as Sallyport's; threads as it chooses";
  }

  /** The same with a master that can reload. */
  public Haproxy reloading() {
    return new Haproxy(program, splice, Master.RELOADING);
  }

  @Override
  public Lane start(Path directory, List<Route> routes) {
    Path file = directory.resolve("haproxy.cfg");
    ProxyLane.replace(file, configuration(routes));
    String mode = supervised == Master.RELOADING ? "-W" : "-db";
    Daemon daemon =
        Daemon.start(
            List.of(program.toString(), mode, "-f", file.toString()),
            directory.resolve("haproxy.log"));
    return new ProxyLane(daemon, file, this::configuration, "USR2");
  }

  String configuration(List<Route> routes) {
    int connections = routes.size() > MANY_ROUTES ? FEW_CONNECTIONS : MOST_CONNECTIONS;
    StringBuilder text = new StringBuilder();
    text.append("global\n");
    text.append("    maxconn ").append(connections).append("\n");
    if (routes.size() > MANY_ROUTES) {
      // It reserves more descriptors than it uses, and would rather not start than have fewer.
      text.append("    no strict-limits\n");
    }
    text.append("defaults\n");
    text.append("    timeout connect 3s\n    timeout client 1h\n    timeout server 1h\n");
    text.append("    timeout check 2s\n");
    splice.options().forEach(option -> text.append("    option ").append(option).append('\n'));
    for (Route route : routes) {
      text.append(frontend(route));
    }
    return text.toString();
  }

  private static String frontend(Route route) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        frontend %1$sfrontend
            bind %2$s
            mode tcp
            log global
            option tcplog
            default_backend %1$sbackend
        backend %1$sbackend
            mode tcp
            balance roundrobin
            log global
            option tcp-check
            option log-health-checks
            default-server inter 60s fall 3 rise 3
        """
            .formatted(route.name(), Route.text(route.listen())));
    for (int i = 0; i < route.endpoints().size(); i++) {
      text.append(
          ("    server z%d %s check port %d on-marked-down shutdown-sessions"
                  + " on-marked-up shutdown-backup-sessions\n")
              .formatted(i + 1, Route.text(route.endpoints().get(i)), route.probePort()));
    }
    return text.toString();
  }
}
