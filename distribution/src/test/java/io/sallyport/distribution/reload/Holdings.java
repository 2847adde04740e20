package io.sallyport.distribution.reload;

import com.codahale.metrics.MetricRegistry;
import io.sallyport.api.catalog.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this process and its network namespace hold.
 *
 * @param descriptors open files
 * @param threads of the platform
 * @param sessions connections of listeners at port 7000 to 7009
 * @param metrics names in the registry
 * @param addresses of the loopback, outside 127.0.0.0/8 and ::1
 * @param listeners as {@code ADDRESS PORT}
 */
record Holdings(
    int descriptors,
    int threads,
    int sessions,
    Set<String> metrics,
    Set<String> addresses,
    Set<String> listeners) {
  private static final int ROUTED_FROM = 7000;
  private static final int ROUTED_TO = 7009;
  private static final String LISTEN = "0A";
  private static final String ESTABLISHED = "01";

  static Holdings now(MetricRegistry metrics) throws IOException {
    return new Holdings(
        count(Path.of("/proc/self/fd")),
        count(Path.of("/proc/self/task")),
        sockets(ESTABLISHED).size(),
        new TreeSet<>(metrics.getNames()),
        ownedAddresses(),
        openListeners());
  }

  /** Counts of everything. */
  String text() {
    return descriptors
        + " descriptors, "
        + threads
        + " threads, "
        + metrics.size()
        + " metrics, "
        + addresses.size()
        + " addresses, "
        + listeners.size()
        + " listeners";
  }

  /** What is here and was not there. */
  List<String> beyond(Holdings before) {
    List<String> more = new ArrayList<>();
    if (descriptors > before.descriptors) {
      more.add((descriptors - before.descriptors) + " descriptors");
    }
    // The runtime's compilers and the virtual threads' carriers come and go.
    if (threads > before.threads + 3) {
      more.add((threads - before.threads) + " threads");
    }
    more.addAll(
        differences(
            Map.of(
                "metrics", before.metrics,
                "addresses", before.addresses,
                "listeners", before.listeners),
            Map.of("metrics", metrics, "addresses", addresses, "listeners", listeners)));
    return more;
  }

  /** What is missing and what is too many, by kind. */
  static List<String> differences(Map<String, Set<String>> wanted, Map<String, Set<String>> found) {
    List<String> all = new ArrayList<>();
    wanted.forEach((kind, want) -> {
      Set<String> have = found.getOrDefault(kind, Set.of());
      Set<String> missing = new TreeSet<>(want);
      missing.removeAll(have);
      Set<String> excess = new TreeSet<>(have);
      excess.removeAll(want);
      if (!missing.isEmpty()) {
        all.add(kind + " missing: " + missing);
      }
      if (!excess.isEmpty()) {
        all.add(kind + " in excess: " + excess);
      }
    });
    return all;
  }

  static Set<String> ownedAddresses() throws IOException {
    return NetworkInterface.getByName("lo")
        .inetAddresses()
        .filter(address -> !address.isLoopbackAddress())
        .map(Addresses::text)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static Set<String> openListeners() throws IOException {
    return sockets(LISTEN).stream().collect(Collectors.toCollection(TreeSet::new));
  }

  /** Our lines of a hosts file: an address and one name each. */
  static Set<String> lines(Path hosts) throws IOException {
    Set<String> all = new TreeSet<>();
    for (String line : Files.readAllLines(hosts)) {
      int mark = line.indexOf("# sallyport:");
      if (mark > 0) {
        String[] words = line.substring(0, mark).strip().split("\\s+", -1);
        for (int i = 1; i < words.length; i++) {
          all.add(words[0] + " " + words[i]);
        }
      }
    }
    return all;
  }

  private static int count(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return (int) entries.count();
    }
  }

  /** The routed ports' sockets in one state, as the kernel lists them. */
  private static List<String> sockets(String state) throws IOException {
    List<String> found = new ArrayList<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] columns = line.strip().split("\\s+", -1);
        if (columns.length > 3 && columns[3].equals(state)) {
          int colon = columns[1].indexOf(':');
          int port = Integer.parseInt(columns[1].substring(colon + 1), 16);
          if (port >= ROUTED_FROM && port <= ROUTED_TO) {
            found.add(address(columns[1].substring(0, colon)) + " " + port);
          }
        }
      }
    }
    return found;
  }

  /** The kernel writes addresses as words of four bytes, each in the machine's own order. */
  private static String address(String hex) throws UnknownHostException {
    byte[] words = HexFormat.of().parseHex(hex);
    byte[] bytes = new byte[words.length];
    for (int i = 0; i < words.length; i++) {
      bytes[i] = words[i / 4 * 4 + 3 - i % 4];
    }
    return Addresses.text(InetAddress.getByAddress(bytes));
  }
}
