package io.sallyport.plugins.balancing.roundrobin;

import io.sallyport.api.balancing.PickRequest;
import io.sallyport.api.balancing.Picker;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lays the endpoints side by side on a circle, each as wide as its weight, and steps round it by
 * the golden ratio of its length: of all steps, the one that covers a circle most evenly.
 */
final class GoldenPicker implements Picker {
  /** 2^64 divided by the golden ratio, to the nearest odd number. */
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private final int[] ends;
  private final AtomicInteger cursor;

  GoldenPicker(int[] weights, AtomicInteger cursor) {
    ends = weights.clone();
    Arrays.parallelPrefix(ends, Integer::sum);
    this.cursor = cursor;
  }

  @Override
  public int pick(PickRequest request) {
    long angle = Integer.toUnsignedLong(cursor.getAndIncrement()) * STEP;
    int place = (int) Math.unsignedMultiplyHigh(angle, ends[ends.length - 1]);
    int found = Arrays.binarySearch(ends, place);
    // A place equal to an end belongs to the one after it.
    int at = found >= 0 ? found + 1 : -found - 1;
    for (int i = at; i < ends.length; i++) {
      if (request.admits(i)) {
        return i;
      }
    }
    for (int i = 0; i < at; i++) {
      if (request.admits(i)) {
        return i;
      }
    }
    return NONE;
  }
}
