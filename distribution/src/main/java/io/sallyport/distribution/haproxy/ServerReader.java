package io.sallyport.distribution.haproxy;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.SendProxy;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** Reads {@code server} and {@code default-server} lines. */
final class ServerReader {
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);
  private static final Duration LONGEST_INTERVAL = Duration.ofDays(7);
  private static final Duration LONGEST_SLOW_START = Duration.ofDays(1);
  private static final int MOST_COUNT = 1_000;
  private static final int MOST_WEIGHT = 256;

  /** They take no value; all others but those of {@link #set} take one. */
  private static final Set<String> WITHOUT_VALUE =
      Set.of(
          "allow-0rtt",
          "check-send-proxy",
          "check-via-socks4",
          "enabled",
          "force-sslv3",
          "force-tlsv10",
          "force-tlsv11",
          "force-tlsv12",
          "force-tlsv13",
          "non-stick",
          "send-proxy",
          "send-proxy-v2",
          "send-proxy-v2-ssl",
          "send-proxy-v2-ssl-cn",
          "ssl",
          "ssl-reuse",
          "stick",
          "strict-maxconn",
          "tfo",
          "tls-tickets");

  private static final String RESOLVES = "the node resolves names itself, again and again";
  private static final String PROCESS = "concerns HAProxy's own process";
  private static final String HTTP = "means nothing in mode tcp";

  private static final Map<String, String> NEEDLESS =
      Map.ofEntries(
          Map.entry("resolvers", RESOLVES),
          Map.entry("resolve-opts", RESOLVES),
          Map.entry("init-addr", RESOLVES),
          Map.entry("maxqueue", "nobody waits for one endpoint while another has room"),
          Map.entry("id", PROCESS),
          Map.entry("guid", PROCESS),
          Map.entry("stick", PROCESS),
          Map.entry("non-stick", PROCESS),
          Map.entry("cookie", HTTP),
          Map.entry("redir", HTTP),
          Map.entry("pool-low-conn", HTTP),
          Map.entry("pool-max-conn", HTTP),
          Map.entry("pool-purge-delay", HTTP));

  private final LineSplitter splitter;
  private final Notes notes;

  ServerReader(LineSplitter splitter, Notes notes) {
    this.splitter = splitter;
    this.notes = notes;
  }

  /**
   * A server with its options; empty when it cannot be carried over.
   *
   * @param source where connections to it come from, unless it says something else
   */
  Optional<Server> read(Line line, List<Line> defaultServers, Optional<InetAddress> source) {
    boolean template = line.keyword().equals("server-template");
    int addressAt = template ? 3 : 2;
    String written = splitter.expanded(line.word(addressAt), line.number());
    Optional<HostAndPort> parts = HostAndPort.of(written).filter(found -> !found.host().isEmpty());
    if (parts.isEmpty()) {
      notes.notCarried(line.number(), line.text() + ": only TCP addresses are reached");
      return Optional.empty();
    }
    String host =
        Addresses.literal(parts.get().host()).map(Addresses::text).orElse(parts.get().host());
    Optional<String> complaint =
        Addresses.literal(host).isPresent() ? Optional.empty() : HostName.complaint(host);
    String name = line.word(1);
    if (complaint.isPresent() || !name.matches("[A-Za-z0-9._:-]{1,256}")) {
      String what = complaint.map(words -> "\"" + host + "\" " + words).orElse("a name is bad");
      notes.notCarried(line.number(), line.text() + ": " + what);
      return Optional.empty();
    }
    Server server = new Server(line.number(), name, host, parts.get().port());
    server.source = source;
    if (template) {
      notes.changed(
          line.number(), "the template's " + line.word(2) + " servers are one endpoint, " + host);
    }
    server.checksTls =
        Stream.concat(defaultServers.stream(), Stream.of(line))
            .anyMatch(each -> each.words().contains("check-ssl"));
    server.hasAgent =
        Stream.concat(defaultServers.stream(), Stream.of(line))
            .anyMatch(each -> each.words().contains("agent-check"));
    defaultServers.forEach(defaults -> options(server, defaults, 1));
    options(server, line, addressAt + 1);
    return Optional.of(server);
  }

  private void options(Server server, Line line, int first) {
    List<String> words = line.words();
    for (int at = first; at < words.size(); at++) {
      String option = words.get(at);
      if (flag(server, option)) {
        continue;
      }
      if (option.equals("source")) {
        at += source(server, line, words.subList(at + 1, words.size()));
        continue;
      }
      String needless = NEEDLESS.get(option);
      boolean valued = !WITHOUT_VALUE.contains(option) && !option.startsWith("no-");
      String whole = valued && at + 1 < words.size() ? option + " " + words.get(at + 1) : option;
      if (needless != null) {
        notes.information(line.number(), whole + ": " + needless);
      } else if (!valued
          || at + 1 >= words.size()
          || !set(server, line, option, words.get(at + 1))) {
        notes.notCarried(line.number(), whole + consequence(option));
      }
      at += valued ? 1 : 0;
    }
  }

  /** Where connections to it come from; the answer is how many words say it. */
  private int source(Server server, Line line, List<String> words) {
    SourceWords source = SourceWords.of(words);
    int count = Math.min(source.words(), words.size());
    if (source.carried()) {
      server.source = source.address();
    } else {
      notes.notCarried(
          line.number(), "source " + String.join(" ", words.subList(0, count)) + " of the server");
    }
    return count;
  }

  private static String consequence(String option) {
    return switch (option) {
      case "ssl" -> " of the server: the client itself must speak TLS";
      case "send-proxy-v2-ssl", "send-proxy-v2-ssl-cn" ->
          " of the server: what it would add is known only where TLS ends; see send-proxy = v2";
      default -> " of the server";
    };
  }

  private static boolean flag(Server server, String option) {
    switch (option) {
      case "send-proxy" -> server.sendProxy = SendProxy.V1;
      case "send-proxy-v2" -> server.sendProxy = SendProxy.V2;
      case "no-send-proxy", "no-send-proxy-v2" -> server.sendProxy = SendProxy.NONE;
      case "check" -> server.checked = true;
      case "no-check" -> server.checked = false;
      case "backup" -> server.backup = true;
      case "no-backup" -> server.backup = false;
      case "disabled" -> server.disabled = true;
      case "enabled", "no-disabled" -> server.disabled = false;
      case "check-ssl", "no-check-ssl" -> server.tls = server.tls.with(option, "");
      case "agent-check" -> server.agent = true;
      case "no-agent-check" -> server.agent = false;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Carries over an option with a value; false when it cannot be. */
  private boolean set(Server server, Line line, String option, String value) {
    return switch (option) {
      case "weight" -> {
        OptionalInt weight = within(value, 0, MOST_WEIGHT);
        weight.ifPresent(number -> server.weight = number);
        yield weight.isPresent();
      }
      case "maxconn" -> {
        OptionalInt most = BindReader.count(value);
        most.ifPresent(number -> server.maxSessions = number);
        yield most.isPresent();
      }
      case "slowstart" -> {
        server.slowStart =
            HaproxyTime.parse(value)
                .map(time ->
                    Times.within(time, Duration.ZERO, LONGEST_SLOW_START, option, line, notes));
        yield server.slowStart.isPresent();
      }
      case "rise" -> {
        server.rise = within(value, 1, MOST_COUNT);
        yield server.rise.isPresent();
      }
      case "fall" -> {
        server.fall = within(value, 1, MOST_COUNT);
        yield server.fall.isPresent();
      }
      case "port" -> {
        server.checkPort = BindReader.port(value);
        yield server.checkPort.isPresent();
      }
      case "inter" -> {
        server.interval = interval(line, option, value);
        yield server.interval.isPresent();
      }
      case "fastinter" -> {
        server.fastInterval = interval(line, option, value);
        yield server.fastInterval.isPresent();
      }
      case "downinter" -> {
        server.downInterval = interval(line, option, value);
        yield server.downInterval.isPresent();
      }
      case "check-sni", "check-alpn", "verify", "ca-file" -> {
        server.tls = server.tls.with(option, value);
        yield server.checksTls;
      }
      case "agent-port" -> {
        server.agentPort = BindReader.port(value);
        yield server.hasAgent && server.agentPort.isPresent();
      }
      case "agent-send" -> {
        server.agentSend = Optional.of(value);
        yield server.hasAgent;
      }
      case "on-marked-down" -> {
        server.closesOnDown = value.equals("shutdown-sessions");
        yield server.closesOnDown;
      }
      case "on-marked-up" -> {
        server.closesBackupsOnUp = value.equals("shutdown-backup-sessions");
        yield server.closesBackupsOnUp;
      }
      default -> false;
    };
  }

  private Optional<Duration> interval(Line line, String option, String value) {
    return HaproxyTime.parse(value)
        .map(time -> Times.within(time, SHORTEST_INTERVAL, LONGEST_INTERVAL, option, line, notes));
  }

  private static OptionalInt within(String text, int least, int most) {
    OptionalInt count = BindReader.count(text);
    return count.isPresent() && count.getAsInt() >= least && count.getAsInt() <= most
        ? count
        : OptionalInt.empty();
  }
}
