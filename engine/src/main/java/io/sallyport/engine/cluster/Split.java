package io.sallyport.engine.cluster;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shares sessions among places. They take turns, each turn a step round a circle by the golden
 * ratio, so that any number of sessions in a row is shared almost exactly; or, where a balancer
 * keeps clients where they are, each client has its own point on the circle.
 *
 * <p>Unchanging but for the turn; any thread.
 *
 * @since 0.1
 */
public final class Split {
  /** All to the first and only place. */
  static final Split NONE = new Split(new long[0], Keeping.TURNS, new AtomicInteger());

  /** 2^64 divided by the golden ratio, to the nearest odd number. */
  private static final long STEP = 0x9E3779B97F4A7C15L;

  /** Unlike any that a balancer may use: else a place would see only clients of a kind. */
  private static final long SALT = 0x5A11_9042_7B1D_C0DEL;

  private static final double CIRCLE = Long.MAX_VALUE;

  /** Where each place but the last ends on a circle of 2^63. */
  private final long[] ends;

  private final Keeping keeping;
  private final AtomicInteger cursor;

  /** What decides. */
  enum Keeping {
    TURNS,
    CLIENTS
  }

  private Split(long[] ends, Keeping keeping, AtomicInteger cursor) {
    this.ends = ends;
    this.keeping = keeping;
    this.cursor = cursor;
  }

  /**
   * Makes a split.
   *
   * @param parts of one in all, at least one of them
   * @param cursor counts the turns, also of the split that this one follows
   */
  static Split of(List<Double> parts, Keeping keeping, AtomicInteger cursor) {
    long[] ends = new long[parts.size() - 1];
    double sum = 0;
    for (int i = 0; i < ends.length; i++) {
      sum += parts.get(i);
      // What is a whole but for rounding leaves nothing to the next.
      ends[i] = sum > 1 - 1e-9 ? Long.MAX_VALUE : (long) (sum * CIRCLE);
    }
    return new Split(ends, keeping, cursor);
  }

  /** The place for a client's next session. */
  int place(InetAddress client) {
    if (ends.length == 0) {
      return 0;
    }
    long point = point(client) >>> 1;
    int place = 0;
    while (place < ends.length && point >= ends[place]) {
      place++;
    }
    return place;
  }

  private long point(InetAddress client) {
    return switch (keeping) {
      case TURNS -> Integer.toUnsignedLong(cursor.getAndIncrement()) * STEP;
      case CLIENTS -> mixed(client.hashCode() ^ SALT);
    };
  }

  private static long mixed(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
