package io.sallyport.distribution.doctor;

import io.sallyport.distribution.doctor.Reading.Outcome;
import io.sallyport.engine.status.ServiceStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether a name leads to us, from what its readers say.
 *
 * @param name the name
 * @param ours where it shall lead
 * @param hosts the hosts file
 * @param lines its lines that have the name
 * @param readings what readers say; those of name servers are not judged
 * @param service what the agent says of the service
 * @param containerd whether the agent tells names to nobody but containerd
 */
record NamesLink(
    String name,
    String ours,
    Path hosts,
    List<HostsLine> lines,
    List<Reading> readings,
    Optional<ServiceStatus> service,
    boolean containerd) {
  private static final Map<String, String> WORDS =
      Map.of(
          SystemReaders.LIBC,
          "libc",
          SystemReaders.JVM,
          "the JVM",
          FileReaders.GO,
          "Go",
          FileReaders.FIRST_LINE,
          "who takes the first line");

  Link judge() {
    List<Reading> heard =
        readings.stream()
            .filter(reading -> WORDS.containsKey(reading.reader()))
            .filter(reading -> reading.outcome() != Outcome.UNKNOWN)
            .filter(reading ->
                !reading.reader().equals(FileReaders.FIRST_LINE)
                    || reading.outcome() == Outcome.FOUND)
            .toList();
    if (heard.isEmpty()) {
      return Link.skipped(Link.NAMES, "no reader could be asked");
    }
    if (containerd && heard.stream().allMatch(reading -> reading.outcome() == Outcome.NONE)) {
      return Link.skipped(
          Link.NAMES,
          "the agent tells names to containerd alone, whose hosts.toml is not read here");
    }
    Map<String, List<String>> astray = new LinkedHashMap<>();
    for (Reading reading : heard) {
      if (!leadsToUs(reading)) {
        String where = reading.outcome() == Outcome.NONE ? "nowhere" : "to " + elsewhere(reading);
        astray.computeIfAbsent(where, none -> new ArrayList<>()).add(words(reading));
      }
    }
    if (!astray.isEmpty()) {
      String led =
          astray.entrySet().stream()
              .map(one -> joined(one.getValue()) + " " + verb(one.getValue()) + " " + one.getKey())
              .collect(Collectors.joining("; "));
      return Link.broken(Link.NAMES, led + ", not to " + ours + why(), remedy());
    }
    List<HostsLine> foreign = foreign();
    if (!foreign.isEmpty()) {
      return Link.warn(Link.NAMES, "leads to " + ours + " first, but not alone" + why(), remedy());
    }
    List<Reading> mixed = heard.stream().filter(this::hasOthers).toList();
    if (!mixed.isEmpty()) {
      return Link.warn(
          Link.NAMES,
          "leads to "
              + ours
              + ", but "
              + joined(mixed.stream().map(NamesLink::words).toList())
              + " "
              + (mixed.size() == 1 ? "knows " : "know ")
              + elsewhere(mixed.getFirst())
              + " as well, of which the hosts file says nothing",
          "where this comes from is a name server: let nobody answer the name's other family");
    }
    return Link.ok(
        Link.NAMES,
        lines.isEmpty()
            ? "leads to " + ours + ", by DNS: no line of " + hosts + " has the name"
            : "leads to "
                + ours
                + ", by "
                + hosts
                + ":"
                + lines.getFirst().line()
                + ", written by "
                + lines.getFirst().evidence());
  }

  /** Go tries all addresses, in an order that it makes itself; others take the first one. */
  private boolean leadsToUs(Reading reading) {
    return reading.reader().equals(FileReaders.GO)
        ? reading.addresses().contains(ours)
        : reading.outcome() == Outcome.FOUND && reading.addresses().getFirst().equals(ours);
  }

  private boolean hasOthers(Reading reading) {
    return reading.addresses().stream().anyMatch(address -> !address.equals(ours));
  }

  private String elsewhere(Reading reading) {
    return reading.addresses().stream()
        .filter(address -> !address.equals(ours))
        .collect(Collectors.joining(", "));
  }

  private List<HostsLine> foreign() {
    return lines.stream().filter(line -> !line.address().equals(ours)).toList();
  }

  private String why() {
    List<HostsLine> foreign = foreign();
    if (!foreign.isEmpty()) {
      return foreign.stream()
          .map(line ->
              hosts
                  + ":"
                  + line.line()
                  + " says "
                  + line.address()
                  + ", written by "
                  + line.evidence())
          .collect(Collectors.joining("; ", ": ", ""));
    }
    if (lines.isEmpty()) {
      return ": no line of " + hosts + " has the name";
    }
    return ", though " + hosts + ":" + lines.getFirst().line() + " says so";
  }

  private String remedy() {
    List<HostsLine> foreign = foreign();
    if (!foreign.isEmpty()) {
      return foreign.stream()
          .map(line -> Writer.of(line).remedy(hosts, line.line()))
          .distinct()
          .collect(Collectors.joining("; "));
    }
    if (!lines.isEmpty()) {
      return "see whether nsswitch.conf has files before dns in its hosts line, and whether a"
          + " cache such as nscd holds the old answer";
    }
    if (service.isEmpty()) {
      return "let an agent run here whose catalog has " + name;
    }
    String reason = service.get().reason();
    return service.get().namesPublished()
        ? "the agent has published the name in another way than this file: see the injectors that"
            + " sallyport status shows, and whether readers ask there"
        : "the agent has not published the name: the service is "
            + service.get().phase()
            + (reason.isEmpty() ? "" : " (" + reason + ")");
  }

  private static String words(Reading reading) {
    return WORDS.getOrDefault(reading.reader(), reading.reader());
  }

  private static String verb(List<String> readers) {
    return readers.size() == 1 ? "is led" : "are led";
  }

  private static String joined(List<String> words) {
    return words.size() < 2
        ? String.join("", words)
        : String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.getLast();
  }
}
