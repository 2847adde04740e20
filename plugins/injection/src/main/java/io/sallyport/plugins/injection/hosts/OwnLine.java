package io.sallyport.plugins.injection.hosts;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.plugins.injection.files.Checksum;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * One line of ours, such as {@code 172.20.0.7 icr.io cp.icr.io # sallyport: icr 6c1b9e0f}.
 *
 * <p>The marker holds the service's id and a checksum of everything before it (white space counts
 * as one space). A line whose checksum holds is ours whole, and may be changed or removed; one
 * whose checksum does not hold was changed by somebody else, who may have put something into it
 * that is not ours to remove.
 *
 * @param service the service's id
 * @param entry address and names, separated by single spaces
 * @param owner whose it is
 */
record OwnLine(String service, String entry, Owner owner) {
  /** A line of the catalog's. */
  OwnLine(String service, String entry) {
    this(service, entry, Owner.CATALOG);
  }

  /** Some readers (musl's) cut a line after 511 bytes, line end included. */
  static final int LONGEST = 500;

  /** Some readers (the BSDs') know at most 35 aliases. */
  static final int MOST_NAMES = 32;

  private static final int CHECKSUM = 1 + Integer.BYTES * 2;

  /** The lines of a binding: one, or more where it has more names than readers take in one. */
  static List<OwnLine> of(HostBinding binding) {
    List<OwnLine> lines = new ArrayList<>();
    String address = Addresses.text(binding.address());
    int room =
        LONGEST - Join.LONGEST - CHECKSUM - suffix(Owner.CATALOG, binding.service()).length();
    StringBuilder entry = new StringBuilder(address);
    int names = 0;
    for (HostName name : binding.names()) {
      boolean full = entry.length() + 1 + name.text().length() > room;
      if (names == MOST_NAMES || (names > 0 && full)) {
        lines.add(new OwnLine(binding.service(), entry.toString()));
        entry.setLength(address.length());
        names = 0;
      }
      entry.append(' ').append(name.text());
      names++;
    }
    if (names > 0) {
      lines.add(new OwnLine(binding.service(), entry.toString()));
    }
    return lines;
  }

  /** The line without its end. */
  String text() {
    return sealed(entry + suffix(owner, service));
  }

  /** The line without its end, remembering that we ended the line before it. */
  String text(Join join) {
    return sealed(entry + suffix(owner, service) + " " + join.text());
  }

  /** The line as people want to see it: without checksum. */
  String summary() {
    return entry + "   (service " + service + ")";
  }

  private static String suffix(Owner owner, String service) {
    return " " + owner.mark() + " " + service;
  }

  private static String sealed(String text) {
    return text + " " + HexFormat.of().toHexDigits(Checksum.of(text));
  }

  /** What a line that mentions our marker turned out to be. */
  sealed interface Reading {
    /** A line of ours as we wrote it. */
    record Ours(OwnLine line, Optional<Join> join) implements Reading {}

    /**
     * Not as we wrote it.
     *
     * @param complaint words that follow the file and line
     */
    record Damaged(String complaint) implements Reading {}
  }

  /** Reads a line, without its end, that holds our marker somewhere. */
  static Reading read(String line, Owner owner) {
    int comment = line.indexOf('#');
    List<String> content = words(line.substring(0, comment));
    List<String> marker = words(line.substring(comment + 1));
    if (content.isEmpty()) {
      return new Reading.Damaged("carries our marker, but no address and names");
    }
    boolean complete = marker.size() == 3 || marker.size() == 4;
    if (!complete
        || !marker.getFirst().equals(owner.word() + ":")
        || !Service.ID.matcher(marker.get(1)).matches()) {
      return new Reading.Damaged("carries a marker of ours that this version cannot read");
    }
    Optional<Join> join = Optional.empty();
    if (marker.size() == 4) {
      join = Join.parse(marker.get(2));
      if (join.isEmpty()) {
        return new Reading.Damaged("carries a marker of ours that this version cannot read");
      }
    }
    OwnLine own = new OwnLine(marker.get(1), String.join(" ", content), owner);
    String written = join.map(own::text).orElseGet(own::text);
    if (!written.endsWith(" " + marker.getLast())) {
      return new Reading.Damaged("carries our marker, but was changed after we wrote it");
    }
    if (content.size() < 2 || Addresses.literal(content.getFirst()).isEmpty()) {
      return new Reading.Damaged("carries our marker, but no address and names");
    }
    return new Reading.Ours(own, join);
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = at;
      while (end < text.length() && !HostsText.isSpace(text.charAt(end))) {
        end++;
      }
      if (end > at) {
        words.add(text.substring(at, end));
      }
      at = end + 1;
    }
    return words;
  }
}
