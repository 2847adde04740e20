package io.sallyport.api.catalog;

import java.util.Comparator;

/**
 * A catalog's place in time. It grows only; a rollback is a new revision with old content.
 *
 * @param epoch grows when the numbering starts anew
 * @param number grows with each catalog within an epoch
 * @since 0.1
 */
public record Revision(long epoch, long number) implements Comparable<Revision> {
  private static final Comparator<Revision> ORDER =
      Comparator.comparingLong(Revision::epoch).thenComparingLong(Revision::number);

  /** Before every catalog. */
  public static final Revision NONE = new Revision(0, 0);

  /** The next one within the epoch. */
  public Revision next() {
    return new Revision(epoch, number + 1);
  }

  @Override
  public int compareTo(Revision other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return epoch + "." + number;
  }
}
