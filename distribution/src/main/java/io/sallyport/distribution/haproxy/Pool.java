package io.sallyport.distribution.haproxy;

import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.SendProxy;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.distribution.catalog.PortDefaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The servers of a backend. What HAProxy says of each server and a catalog of all together holds as
 * most of the servers have it; of the others that is told.
 */
final class Pool {
  private final List<Server> servers;
  private final CheckReader.Reading check;
  private final Optional<Duration> readTime;
  private final Strategy balancer;
  private final Notes notes;
  private final boolean zones;

  /**
   * Makes a pool.
   *
   * @param check how the backend's rules ask
   * @param readTime how long an answer may take, once connected
   * @param balancer how sessions spread
   */
  Pool(
      List<Server> servers,
      CheckReader.Reading check,
      Optional<Duration> readTime,
      Strategy balancer,
      Notes notes) {
    this.servers = List.copyOf(servers);
    this.check = check;
    this.readTime = readTime;
    this.balancer = balancer;
    this.notes = notes;
    this.zones = !servers.isEmpty() && servers.stream().allMatch(s -> Zones.of(s).isPresent());
    if (zones) {
      List<String> found =
          servers.stream().map(server -> Zones.of(server).orElseThrow()).distinct().toList();
      notes.information(
          servers.getFirst().line,
          "by the servers' names, their zones are taken to be " + String.join(", ", found));
    }
  }

  boolean isEmpty() {
    return servers.isEmpty();
  }

  /** An endpoint and the line of its server. */
  record Placed(Endpoint endpoint, int line) {}

  /** The endpoints behind a listener's port. */
  List<Placed> endpoints(int listen) {
    boolean onlyBackups = servers.stream().allMatch(server -> server.backup);
    if (onlyBackups && !servers.isEmpty()) {
      notes.changed(
          servers.getFirst().line, "all servers are backups: here they are primary endpoints");
    }
    List<Placed> placed = new ArrayList<>();
    for (Server server : servers) {
      OptionalInt port = server.portBehind(listen);
      if (port.isEmpty()) {
        notes.notCarried(server.line, "server " + server.name + ": has no port behind " + listen);
        continue;
      }
      if (server.weight == 0) {
        notes.information(server.line, "weight 0 takes no new sessions: mode = drain");
      }
      placed.add(
          new Placed(
              new Endpoint(
                  server.name,
                  server.host,
                  port.getAsInt(),
                  "",
                  zones ? Zones.of(server).orElse("") : "",
                  Math.max(1, server.weight),
                  server.maxSessions,
                  server.backup && !onlyBackups ? EndpointRole.BACKUP : EndpointRole.PRIMARY,
                  server.disabled
                      ? EndpointMode.MAINTENANCE
                      : server.weight == 0 ? EndpointMode.DRAIN : EndpointMode.ENABLED,
                  server.checked,
                  server.source),
              server.line));
    }
    return placed;
  }

  HealthPolicy health(PortDefaults defaults, Timeouts timeouts) {
    OptionalInt port = agreed(server -> server.checkPort, OptionalInt.empty(), "port");
    Optional<Duration> interval = agreed(server -> server.interval, Optional.empty(), "inter");
    return defaults.health(
        check.strategy(),
        readTime,
        interval,
        agreed(server -> server.fastInterval, Optional.empty(), "fastinter"),
        agreed(server -> server.downInterval, Optional.empty(), "downinter"),
        agreed(server -> server.rise, OptionalInt.empty(), "rise"),
        agreed(server -> server.fall, OptionalInt.empty(), "fall"),
        port.isPresent() ? port : check.port(),
        timeouts);
  }

  Strategy balancer() {
    return balancer;
  }

  Optional<Duration> slowStart() {
    return agreed(server -> server.slowStart, Optional.empty(), "slowstart");
  }

  Optional<OnDown> onDown() {
    return agreed(server -> server.closesOnDown, false, "on-marked-down")
        ? Optional.of(OnDown.CLOSE_SESSIONS)
        : Optional.empty();
  }

  Optional<OnUp> onUp() {
    return agreed(server -> server.closesBackupsOnUp, false, "on-marked-up")
        ? Optional.of(OnUp.CLOSE_BACKUP_SESSIONS)
        : Optional.empty();
  }

  /** What most servers are told of the client, checked or not. */
  SendProxy sendProxy() {
    Map<SendProxy, Integer> counts = new EnumMap<>(SendProxy.class);
    servers.forEach(server -> counts.merge(server.sendProxy, 1, Integer::sum));
    SendProxy most =
        counts.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .orElse(SendProxy.NONE);
    for (Server server : servers) {
      if (server.sendProxy != most) {
        notes.changed(
            server.line,
            "send-proxy of server "
                + server.name
                + " differs from that of most others, which holds for all of them here");
      }
    }
    return most;
  }

  /** Which of them has a limit, and works differently for it. */
  void tellOfLimits() {
    boolean backups = servers.stream().anyMatch(server -> server.backup);
    boolean hashes = balancer.type().equals("source-hash");
    for (Server server : servers) {
      if (server.maxSessions > 0 && (hashes || (backups && !server.backup))) {
        notes.changed(
            server.line,
            "maxconn "
                + server.maxSessions
                + " of the server: beyond it sessions go to other endpoints"
                + (backups ? ", backups among them," : "")
                + " and wait only where all are full");
      }
    }
  }

  void tellOfBackups(boolean allBackups) {
    List<Server> backups = servers.stream().filter(server -> server.backup).toList();
    if (backups.size() > 1 && !allBackups) {
      notes.changed(
          backups.getFirst().line,
          "HAProxy uses the first of several backups alone; here sessions spread over all");
    }
  }

  /** What most of the checked servers have; the first of them where two values are as frequent. */
  private <T> T agreed(Function<Server, T> value, T none, String what) {
    Map<T, Integer> counts = new LinkedHashMap<>();
    for (Server server : servers) {
      if (server.checked) {
        counts.merge(value.apply(server), 1, Integer::sum);
      }
    }
    T most = none;
    int count = 0;
    for (Map.Entry<T, Integer> entry : new ArrayList<>(counts.entrySet())) {
      if (entry.getValue() > count) {
        most = entry.getKey();
        count = entry.getValue();
      }
    }
    Map<T, T> chosen = new HashMap<>();
    chosen.put(most, most);
    for (Server server : servers) {
      if (server.checked && !chosen.containsKey(value.apply(server))) {
        notes.changed(
            server.line,
            what
                + " of server "
                + server.name
                + " differs from that of most others, which holds for all of them here");
      }
    }
    return most;
  }
}
