package io.sallyport.plugins.injection.hosts;

import io.sallyport.plugins.injection.files.Checksum;
import io.sallyport.plugins.injection.files.Content;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A hosts file taken apart: foreign lines, which are ranges of the file's bytes and nothing else,
 * and ours, each with the place where it stands among them.
 *
 * @param content the file
 * @param foreign the foreign lines in order; the last one has no line end if it had none before we
 *     came
 * @param own our lines in order
 * @param damages lines that carry our marker and are not as we wrote them
 * @param ending how most of the foreign lines end
 */
record HostsText(
    Content content,
    List<ForeignLine> foreign,
    List<PlacedLine> own,
    List<Damage> damages,
    Ending ending) {
  /**
   * A line that is not ours, line end included.
   *
   * @param from where it starts
   * @param to where the next one starts
   */
  record ForeignLine(int from, int to) {}

  /**
   * A line of ours.
   *
   * @param slot how many foreign lines stand before it
   * @param join what it remembers about the end of the line before it
   */
  record PlacedLine(int slot, OwnLine line, Optional<Join> join) {}

  /**
   * A line that carries our marker and is not as we wrote it.
   *
   * @param line its number, from 1
   * @param complaint words that follow the file and line
   */
  record Damage(int line, String complaint) {}

  /**
   * What readers take from a line.
   *
   * @param address as written
   * @param names in lower case
   */
  record Entry(String address, List<String> names) {}

  /** Takes a file apart whose lines with the catalog's names are ours. */
  static HostsText of(Content content) {
    return of(content, Owner.CATALOG);
  }

  /** Takes a file apart whose lines of one owner are ours. */
  static HostsText of(Content content, Owner owner) {
    byte[] bytes = content.bytes();
    byte[] mark = owner.word().getBytes(StandardCharsets.US_ASCII);
    List<ForeignLine> foreign = new ArrayList<>();
    List<PlacedLine> own = new ArrayList<>();
    List<Damage> damages = new ArrayList<>();
    int from = 0;
    for (int number = 1; from < bytes.length; number++) {
      int end = from;
      boolean marked = false;
      while (end < bytes.length && bytes[end] != '\n') {
        marked |= bytes[end] == '#' && marks(bytes, end + 1, mark);
        end++;
      }
      int to = Math.min(end + 1, bytes.length);
      if (marked) {
        switch (OwnLine.read(
            new String(bytes, from, end - from, StandardCharsets.ISO_8859_1), owner)) {
          case OwnLine.Reading.Ours(OwnLine line, Optional<Join> join) ->
              own.add(new PlacedLine(foreign.size(), line, join));
          case OwnLine.Reading.Damaged(String complaint) ->
              damages.add(new Damage(number, complaint));
        }
      } else {
        foreign.add(new ForeignLine(from, to));
      }
      from = to;
    }
    giveBackLastEnding(bytes, foreign, own);
    return new HostsText(content, foreign, own, damages, mostUsed(bytes, foreign));
  }

  /** True when a foreign line gives {@code localhost} an address, as every hosts file must. */
  boolean mapsLocalhost() {
    return foreign.stream()
        .map(this::entry)
        .flatMap(Optional::stream)
        .anyMatch(entry -> entry.names().contains("localhost"));
  }

  /** True when a foreign line lacks its end, so that nothing may follow it directly. */
  boolean endsOpen() {
    return !foreign.isEmpty() && content.bytes()[foreign.getLast().to() - 1] != '\n';
  }

  /** What we must remember when we end the last foreign line. */
  Join join() {
    ForeignLine last = foreign.getLast();
    return new Join(ending, Checksum.of(content.bytes(), last.from(), last.to()));
  }

  /** What readers take from a foreign line; empty when they skip it. */
  Optional<Entry> entry(ForeignLine line) {
    int at = skipSpace(line.from(), line.to());
    int end = wordEnd(at, line.to());
    if (end == at) {
      return Optional.empty();
    }
    String address = text(at, end);
    List<String> names = new ArrayList<>(4);
    for (at = skipSpace(end, line.to());
        (end = wordEnd(at, line.to())) > at;
        at = skipSpace(end, line.to())) {
      names.add(text(at, end).toLowerCase(Locale.ROOT));
    }
    return names.isEmpty() ? Optional.empty() : Optional.of(new Entry(address, names));
  }

  static boolean isSpace(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private int skipSpace(int from, int to) {
    int at = from;
    byte[] bytes = content.bytes();
    while (at < to && isSpace(bytes[at])) {
      at++;
    }
    return at;
  }

  private int wordEnd(int from, int to) {
    int at = from;
    byte[] bytes = content.bytes();
    while (at < to && !isSpace(bytes[at]) && bytes[at] != '#') {
      at++;
    }
    return at;
  }

  private String text(int from, int to) {
    return new String(content.bytes(), from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static boolean marks(byte[] bytes, int from, byte[] mark) {
    int at = from;
    while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    for (byte expected : mark) {
      if (at == bytes.length || bytes[at++] != expected) {
        return false;
      }
    }
    return at < bytes.length && (bytes[at] == ':' || bytes[at] == '/');
  }

  /** The line end that we added to the last foreign line is ours, and is not part of it. */
  private static void giveBackLastEnding(
      byte[] bytes, List<ForeignLine> foreign, List<PlacedLine> own) {
    if (foreign.isEmpty()) {
      return;
    }
    ForeignLine last = foreign.getLast();
    for (PlacedLine line : own) {
      if (line.slot() == foreign.size() && line.join().isPresent()) {
        Join join = line.join().get();
        int to = last.to() - join.ending().text().length();
        boolean ended =
            to > last.from()
                && new String(bytes, to, last.to() - to, StandardCharsets.ISO_8859_1)
                    .equals(join.ending().text());
        if (ended && Checksum.of(bytes, last.from(), to) == join.checksum()) {
          foreign.set(foreign.size() - 1, new ForeignLine(last.from(), to));
          return;
        }
      }
    }
  }

  private static Ending mostUsed(byte[] bytes, List<ForeignLine> foreign) {
    int crlf = 0;
    int lf = 0;
    for (ForeignLine line : foreign) {
      int last = line.to() - 1;
      if (bytes[last] == '\n') {
        if (last > line.from() && bytes[last - 1] == '\r') {
          crlf++;
        } else {
          lf++;
        }
      }
    }
    return crlf > lf ? Ending.CRLF : Ending.LF;
  }
}
