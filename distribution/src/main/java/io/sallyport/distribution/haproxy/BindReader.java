package io.sallyport.distribution.haproxy;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.CatalogRules;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads {@code bind} lines. */
final class BindReader {
  private static final String HEADED = "accept-proxy";
  private static final int MOST_PORT = 65_535;
  private static final int MOST_OF_A_RANGE = 1_000;

  private static final Set<String> NEEDLESS =
      Set.of("backlog", "id", "name", "nice", "process", "shards", "thread", "guid", "label");

  private static final Set<String> WITHOUT_VALUE =
      Set.of(HEADED, "defer-accept", "expose-fd", "tfo", "transparent", "v4v6", "v6only");

  private static final String EVERY_ADDRESS =
      " binds every address of the node, and a service has one of its own: bind such an address"
          + " first, or declare the service by hand";

  private final LineSplitter splitter;
  private final Notes notes;

  BindReader(LineSplitter splitter, Notes notes) {
    this.splitter = splitter;
    this.notes = notes;
  }

  /** What a line binds, as far as it can be carried over. */
  List<Bind> read(Line line) {
    List<String> words = line.from(1);
    if (words.isEmpty()) {
      notes.notCarried(line.number(), "bind without an address");
      return List.of();
    }
    if (words.contains("ssl")) {
      notes.notCarried(
          line.number(), line.text() + ": TLS is not ended here, it passes through untouched");
      return List.of();
    }
    OptionalInt maxSessions = parameters(line);
    List<Bind> binds = new ArrayList<>();
    for (String one : splitter.expanded(words.getFirst(), line.number()).split(",", -1)) {
      binds.addAll(address(one, line, maxSessions));
    }
    return binds;
  }

  private List<Bind> address(String text, Line line, OptionalInt maxSessions) {
    Optional<HostAndPort> parts = HostAndPort.of(text);
    if (parts.isEmpty()) {
      notes.notCarried(line.number(), "bind " + text + ": only TCP addresses are served");
      return List.of();
    }
    if (parts.get().everyAddress()) {
      notes.notCarried(line.number(), "bind " + text + EVERY_ADDRESS);
      return List.of();
    }
    Optional<InetAddress> address = Addresses.literal(parts.get().host());
    if (address.isEmpty()) {
      notes.notCarried(line.number(), "bind " + text + ": is not an IPv4 or IPv6 address");
      return List.of();
    }
    String unusable = CatalogRules.unusable(address.get());
    if (!unusable.isEmpty()) {
      notes.notCarried(line.number(), "bind " + text + ": the address " + unusable);
      return List.of();
    }
    List<Bind> binds = new ArrayList<>();
    for (int port : ports(parts.get().port())) {
      binds.add(
          new Bind(line.number(), address.get(), port, maxSessions, line.from(2).contains(HEADED)));
    }
    if (binds.isEmpty()) {
      notes.notCarried(
          line.number(), "bind " + text + ": has no port, or no range of at most 1000 ports");
    }
    return binds;
  }

  private static List<Integer> ports(String text) {
    String[] ends = text.split("-", 2);
    OptionalInt first = port(ends[0]);
    OptionalInt last = ends.length == 2 ? port(ends[1]) : first;
    if (first.isEmpty()
        || last.isEmpty()
        || last.getAsInt() - first.getAsInt() >= MOST_OF_A_RANGE) {
      return List.of();
    }
    List<Integer> ports = new ArrayList<>();
    for (int port = first.getAsInt(); port <= last.getAsInt(); port++) {
      ports.add(port);
    }
    return ports;
  }

  /** A port; empty for what is none. */
  static OptionalInt port(String text) {
    if (!text.matches("\\d{1,5}")) {
      return OptionalInt.empty();
    }
    int port = Integer.parseInt(text);
    return port < 1 || port > MOST_PORT ? OptionalInt.empty() : OptionalInt.of(port);
  }

  private OptionalInt parameters(Line line) {
    OptionalInt maxSessions = OptionalInt.empty();
    List<String> words = line.from(2);
    for (int at = 0; at < words.size(); at++) {
      String word = words.get(at);
      boolean valued = !WITHOUT_VALUE.contains(word);
      String whole = valued && at + 1 < words.size() ? word + " " + words.get(at + 1) : word;
      if (word.equals("maxconn") && at + 1 < words.size()) {
        maxSessions = count(words.get(at + 1));
      } else if (word.equals(HEADED)) {
        notes.information(
            line.number(), "accept-proxy of everybody: better name the senders' networks");
      } else if (!NEEDLESS.contains(word)) {
        notes.notCarried(line.number(), whole + " of the bind line");
      }
      at += valued ? 1 : 0;
    }
    return maxSessions;
  }

  /** A count that is not negative; empty for what is none. */
  static OptionalInt count(String text) {
    return text.matches("\\d{1,9}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
  }
}
