package io.sallyport.distribution.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A catalog's text, cut into its services, each of which can be parsed alone. Immutable.
 *
 * <p>A text that is mostly like one that has been cut is cut only where it differs, see {@link
 * #recut}.
 */
final class CatalogParts {
  private static final int MOST_NEW_IDS = 16;

  private final String text;
  private final String rest;
  private final int closes;
  private final List<String> ids;
  private final int[] starts;
  private final int[] ends;

  private CatalogParts(
      String text, String rest, int closes, List<String> ids, int[] starts, int[] ends) {
    this.text = text;
    this.rest = rest;
    this.closes = closes;
    this.ids = List.copyOf(ids);
    this.starts = starts;
    this.ends = ends;
  }

  /** The whole text. */
  String text() {
    return text;
  }

  /** The text without the services, with an empty object in their place. */
  String rest() {
    return rest;
  }

  /** The ids of the services, in the order of the text. */
  List<String> ids() {
    return ids;
  }

  /** A service's part of the text: key, braces and what is between them. */
  String text(int service) {
    return text.substring(starts[service], ends[service]);
  }

  /** Whether two services read alike; makes no copy. */
  boolean reads(int service, CatalogParts other, int like) {
    int length = ends[service] - starts[service];
    return length == other.ends[like] - other.starts[like]
        && text.regionMatches(starts[service], other.text, other.starts[like], length);
  }

  /**
   * Cuts a text. Empty where that is not certain to mean the same as reading it whole: a
   * substitution, a service that is not written as an id and one pair of braces on lines of its
   * own, the services in several pieces, a bracket too many or too few.
   */
  static Optional<CatalogParts> of(String text) {
    CatalogCut cut = new CatalogCut(text);
    int opens = cut.opens();
    if (opens < 0 || !cut.services()) {
      return Optional.empty();
    }
    String rest = text.substring(0, opens) + "{}" + text.substring(cut.at());
    // What is left is parsed whole, but a substitution in it might lead to what is cut out.
    return rest.contains("${")
        ? Optional.empty()
        : Optional.of(
            new CatalogParts(text, rest, cut.closes(), cut.ids(), cut.starts(), cut.ends()));
  }

  /**
   * Another text, cut.
   *
   * @param head how many services stand at its beginning as they do here
   * @param tail how many stand at its end as they do here
   */
  record Recut(CatalogParts parts, int head, int tail) {}

  /** The same as {@link #of} for another text, in less time the more it is like this one. */
  Optional<Recut> recut(String other) {
    return between(other, Alike.of(text, other))
        .or(() -> of(other).map(parts -> new Recut(parts, 0, 0)));
  }

  private Optional<Recut> between(String other, Alike alike) {
    int head = servicesBefore(alike.before());
    if (head < 0) {
      return Optional.empty();
    }
    int shift = other.length() - text.length();
    int from = other.length() - alike.behind();
    CatalogCut cut =
        new CatalogCut(other, starts[head], new CatalogLanding(starts, closes, shift, from));
    if (!cut.services() || cut.joined() < 0) {
      return Optional.empty();
    }
    List<String> cutIds = cut.ids();
    int next = cut.joined();
    if (!areNew(cutIds, head, next)) {
      return Optional.empty();
    }
    List<String> newIds = new ArrayList<>(ids.subList(0, head));
    newIds.addAll(cutIds);
    newIds.addAll(ids.subList(next, ids.size()));
    CatalogParts parts =
        new CatalogParts(
            other,
            rest,
            closes + shift,
            newIds,
            spliced(starts, head, cut.starts(), next, shift),
            spliced(ends, head, cut.ends(), next, shift));
    return Optional.of(new Recut(parts, head, ids.size() - next));
  }

  /** The first ones, others, and the last ones shifted. */
  private static int[] spliced(int[] all, int head, int[] middle, int next, int shift) {
    int[] spliced = Arrays.copyOf(all, head + middle.length + all.length - next);
    System.arraycopy(middle, 0, spliced, head, middle.length);
    for (int from = next, to = head + middle.length; from < all.length; from++, to++) {
      spliced[to] = all[from] + shift;
    }
    return spliced;
  }

  /** How many services end before another begins that the cut of a like text comes to; or -1. */
  private int servicesBefore(int alike) {
    // At a service's first character, the cut has looked one further.
    int at = Arrays.binarySearch(starts, alike - 1);
    return at >= 0 ? at - 1 : -at - 2;
  }

  /** Whether what was cut anew has no id that a service before or behind it has. */
  private boolean areNew(List<String> cut, int head, int next) {
    Set<String> gone = new HashSet<>(ids.subList(head, next));
    List<String> added = cut.stream().filter(id -> !gone.contains(id)).toList();
    return added.size() <= MOST_NEW_IDS && added.stream().noneMatch(ids::contains);
  }
}
