package io.sallyport.plugins.injection.dns;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.injection.HostInjectorContext.Drift;
import io.sallyport.api.plugin.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The name servers that are asked what the catalog does not know, and how they have been lately.
 *
 * <p>Event loop, but for {@link #note}.
 */
final class Upstreams {
  private static final int MOST_SERVERS = 8;
  private static final long LARGEST_FILE = 64 << 10;

  /** A server that did not answer is asked last for so long. */
  private static final Duration PENALTY = Duration.ofSeconds(30);

  /** One lost packet is no news. */
  private static final int SILENT = 3;

  private final List<InetSocketAddress> configured;
  private final Path resolvConf;
  private final InetSocketAddress own;
  private final Ticker ticker;
  private final Drift drift;
  private final Map<InetSocketAddress, Standing> standings = new HashMap<>();
  private final Set<String> silent = new TreeSet<>();
  private List<InetSocketAddress> servers;
  private volatile String note = "";

  /** How a server has been: failures since its last answer, and the time of the last one. */
  private record Standing(int failures, long failedAt) {}

  /**
   * Makes them, without reading the file yet.
   *
   * @param configured these, or if there are none, those of the file
   * @param own the responder's own address, which is never asked
   */
  Upstreams(
      List<InetSocketAddress> configured,
      Path resolvConf,
      InetSocketAddress own,
      Ticker ticker,
      Drift drift) {
    this.configured = configured;
    this.resolvConf = resolvConf;
    this.own = own;
    this.ticker = ticker;
    this.drift = drift;
    this.servers = configured;
  }

  /** Reads the file again, if it is the file that names them. */
  void refresh() {
    if (!configured.isEmpty()) {
      return;
    }
    List<InetSocketAddress> now = read();
    if (!now.equals(servers)) {
      servers = now;
      standings.keySet().retainAll(now);
      silent.retainAll(now.stream().map(Upstreams::text).toList());
    }
    renote();
  }

  /** In which order to ask: those that did not answer lately come last. */
  List<InetSocketAddress> inOrder() {
    List<InetSocketAddress> order = new ArrayList<>(servers);
    order.sort(Comparator.comparing(this::penalised));
    return order;
  }

  void answered(InetSocketAddress server) {
    standings.remove(server);
    if (silent.remove(text(server))) {
      renote();
    }
  }

  /** It did not answer in time, or could not be reached. */
  void failed(InetSocketAddress server) {
    if (!servers.contains(server)) {
      return;
    }
    Standing before = standings.getOrDefault(server, new Standing(0, 0));
    int failures = Math.min(SILENT, before.failures() + 1);
    standings.put(server, new Standing(failures, ticker.nanos()));
    if (failures == SILENT && silent.add(text(server))) {
      renote();
    }
  }

  /** What a person should know; empty when all is well. Any thread. */
  String note() {
    return note;
  }

  private boolean penalised(InetSocketAddress server) {
    Standing standing = standings.get(server);
    return standing != null && ticker.nanos() - standing.failedAt() < PENALTY.toNanos();
  }

  private List<InetSocketAddress> read() {
    Set<InetSocketAddress> found = new LinkedHashSet<>();
    for (String line : lines()) {
      String[] words = line.strip().split("\\s+", 3);
      if (words.length > 1 && words[0].equals("nameserver") && found.size() < MOST_SERVERS) {
        server(words[1]).ifPresent(found::add);
      }
    }
    return List.copyOf(found);
  }

  private List<String> lines() {
    try {
      return Files.size(resolvConf) > LARGEST_FILE
          ? List.of()
          : Files.readAllLines(resolvConf, StandardCharsets.ISO_8859_1);
    } catch (IOException outOfReach) {
      return List.of();
    }
  }

  /** The responder itself may stand there: that is how it becomes the node's resolver. */
  private Optional<InetSocketAddress> server(String text) {
    return Addresses.literal(text)
        .map(address -> new InetSocketAddress(address, ServerAddresses.PORT))
        .filter(server -> !server.equals(own));
  }

  private void renote() {
    String now;
    if (servers.isEmpty()) {
      now =
          "only the catalog's names are answered: "
              + resolvConf
              + " names no other name server; set upstreams, or resolv-conf to a file that does";
    } else if (silent.isEmpty()) {
      now = "";
    } else {
      now =
          (silent.size() == servers.size() ? "no name server answers: " : "does not answer: ")
              + "name server "
              + String.join(", ", silent);
    }
    if (!now.equals(note)) {
      note = now;
      drift.seen(now.isEmpty() ? "the name servers answer again" : now);
    }
  }

  private static String text(InetSocketAddress server) {
    return Addresses.text(server.getAddress(), server.getPort());
  }
}
