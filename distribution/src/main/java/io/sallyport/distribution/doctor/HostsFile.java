package io.sallyport.distribution.doctor;

import io.sallyport.api.catalog.Addresses;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A hosts file as its readers take it: each line an address and names, white space between them,
 * and a comment from the first {@code #} on.
 *
 * @param lines all of them, without their ends
 * @param entries those that readers take something from
 */
record HostsFile(List<String> lines, List<Entry> entries) {
  /**
   * A line that readers take something from.
   *
   * @param line its number, from 1
   * @param text as it is, without its end
   * @param written the address as it is written
   * @param address what it stands for
   * @param names in lower case
   * @param comment what follows the first {@code #}; may be empty
   */
  record Entry(
      int line,
      String text,
      String written,
      InetAddress address,
      List<String> names,
      String comment) {}

  HostsFile {
    lines = List.copyOf(lines);
    entries = List.copyOf(entries);
  }

  /** Reads one; whatever is in it. */
  static HostsFile of(byte[] bytes) {
    List<String> lines = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    for (String line : text.split("\n", -1)) {
      String whole = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
      lines.add(whole);
      entry(lines.size(), whole).ifPresent(entries::add);
    }
    if (lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    return new HostsFile(lines, entries);
  }

  /** The lines that have a name, in the order of the file. */
  List<Entry> naming(String name) {
    String wanted = bare(name);
    return entries.stream().filter(entry -> entry.names().contains(wanted)).toList();
  }

  /** Words between white space. */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (String word : text.split("[ \\t\\x0b\\f\\r]+", -1)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  private static Optional<Entry> entry(int number, String line) {
    int comment = line.indexOf('#');
    List<String> words = words(comment < 0 ? line : line.substring(0, comment));
    if (words.size() < 2) {
      return Optional.empty();
    }
    String written = words.getFirst();
    int zone = written.indexOf('%');
    Optional<InetAddress> address =
        Addresses.literal(zone < 0 ? written : written.substring(0, zone));
    return address.map(found ->
        new Entry(
            number,
            line,
            written,
            found,
            words.subList(1, words.size()).stream().map(HostsFile::bare).toList(),
            comment < 0 ? "" : line.substring(comment + 1).strip()));
  }

  private static String bare(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
