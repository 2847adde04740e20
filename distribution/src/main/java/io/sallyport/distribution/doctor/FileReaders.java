package io.sallyport.distribution.doctor;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.distribution.doctor.Reading.Outcome;
import java.net.Inet6Address;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Readers that we are for the sake of others: Go's own resolver, and those that take the first line
 * of the hosts file that has the name.
 *
 * <p>Go's resolver heeds {@code nsswitch.conf}: files first unless it puts {@code dns} before
 * {@code files}, and only what it names. What it cannot follow it reads as files, then DNS. It
 * takes the addresses of all lines that have the name, whatever its case.
 */
final class FileReaders {
  static final String GO = "go";
  static final String FIRST_LINE = "first-line";

  private static final String FILES = "files";
  private static final String DNS = "dns";

  private FileReaders() {}

  /** Sources of names, in the order in which Go asks them. */
  static List<String> goOrder(List<String> hostsDatabase) {
    List<String> order =
        hostsDatabase.stream().filter(word -> word.equals(FILES) || word.equals(DNS)).toList();
    boolean known =
        hostsDatabase.stream()
            .allMatch(word ->
                word.equals(FILES)
                    || word.equals(DNS)
                    || word.equals("myhostname")
                    || word.startsWith("mdns")
                    || word.startsWith("[")
                    || word.endsWith("]"));
    return order.isEmpty() || !known
        ? List.of(FILES, DNS)
        : List.copyOf(new LinkedHashSet<>(order));
  }

  /**
   * What Go answers its program.
   *
   * @param order sources of names
   * @param named the hosts file's lines that have the name
   * @param dns what the name servers say, in their order
   */
  static Reading go(List<String> order, List<HostsFile.Entry> named, List<Reading> dns) {
    String note = order.contains(FILES) ? "" : "nsswitch.conf keeps it from the hosts file";
    Reading last = Reading.none(GO, note);
    for (String source : order) {
      last = source.equals(FILES) ? ofFile(named, note) : ofServers(dns, note);
      if (last.outcome() == Outcome.FOUND) {
        return last;
      }
    }
    return last;
  }

  /** What the first line says, that of an IPv4 address before others. */
  static Reading firstLine(List<HostsFile.Entry> named) {
    return named.stream()
        .filter(entry -> !(entry.address() instanceof Inet6Address))
        .findFirst()
        .or(() -> named.stream().findFirst())
        .map(entry ->
            Reading.found(
                FIRST_LINE, List.of(Addresses.text(entry.address())), "line " + entry.line()))
        .orElseGet(() -> Reading.none(FIRST_LINE, "no line has the name"));
  }

  private static Reading ofFile(List<HostsFile.Entry> named, String note) {
    Set<String> addresses = new LinkedHashSet<>();
    named.forEach(entry -> addresses.add(Addresses.text(entry.address())));
    return Reading.found(GO, List.copyOf(addresses), note);
  }

  private static Reading ofServers(List<Reading> dns, String note) {
    for (Reading server : dns) {
      switch (server.outcome()) {
        case FOUND -> {
          return Reading.found(GO, server.addresses(), note);
        }
        case NONE -> {
          return Reading.none(GO, note);
        }
        case UNKNOWN -> {
          // The next one is asked.
        }
      }
    }
    return Reading.none(GO, dns.isEmpty() ? note : "and no name server answers");
  }
}
