package io.sallyport.distribution.haproxy;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.config.Origin;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The lines of a hosts file: an address and its names each. */
final class HostsLines {
  private record Entry(Origin origin, InetAddress address, List<String> names) {}

  private final Notes notes;
  private final List<Entry> entries = new ArrayList<>();
  private final Set<HostName> given = new LinkedHashSet<>();

  HostsLines(String source, String text, Notes notes) {
    this.notes = notes;
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      String line = raw.replaceFirst("#.*", "").strip();
      if (line.isEmpty()) {
        continue;
      }
      List<String> words = List.of(line.split("\\s+", -1));
      Origin origin = new Origin(source, number);
      Optional<InetAddress> address = Addresses.literal(words.getFirst());
      if (address.isEmpty() || words.size() < 2) {
        notes.information(origin, "is no line of a hosts file");
      } else {
        entries.add(new Entry(origin, address.get(), words.subList(1, words.size())));
      }
    }
  }

  /** The names of an address that no other address has, in the order of the file. */
  List<HostName> names(InetAddress address) {
    List<HostName> names = new ArrayList<>();
    for (Entry entry : entries) {
      if (!entry.address().equals(address)) {
        continue;
      }
      for (String text : entry.names()) {
        if (HostName.complaint(text).isPresent()) {
          notes.information(entry.origin(), "\"" + text + "\" is no host name and is left out");
          continue;
        }
        HostName name = new HostName(text);
        boolean localhost = name.text().equals("localhost") || name.text().endsWith(".localhost");
        if (localhost) {
          notes.information(entry.origin(), name + " stays what it is");
        } else if (given.add(name)) {
          names.add(name);
        } else if (!names.contains(name)) {
          notes.information(entry.origin(), name + " belongs to an earlier line's address");
        }
      }
    }
    return names;
  }

  /** Tells of the lines whose address no service has. */
  void tellUnused(Set<InetAddress> used) {
    for (Entry entry : entries) {
      if (!used.contains(entry.address())) {
        notes.information(
            entry.origin(),
            Addresses.text(entry.address())
                + " "
                + String.join(" ", entry.names())
                + ": no frontend that was carried over binds this address");
      }
    }
  }
}
