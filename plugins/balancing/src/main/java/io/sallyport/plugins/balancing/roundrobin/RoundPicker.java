package io.sallyport.plugins.balancing.roundrobin;

import io.sallyport.api.balancing.PickRequest;
import io.sallyport.api.balancing.Picker;
import java.util.concurrent.atomic.AtomicInteger;

/** Walks a round that was worked out before. */
final class RoundPicker implements Picker {
  private final int[] round;
  private final AtomicInteger cursor;

  RoundPicker(int[] round, AtomicInteger cursor) {
    this.round = round;
    this.cursor = cursor;
  }

  @Override
  public int pick(PickRequest request) {
    int at = Integer.remainderUnsigned(cursor.getAndIncrement(), round.length);
    for (int i = at; i < round.length; i++) {
      if (request.admits(round[i])) {
        return round[i];
      }
    }
    for (int i = 0; i < at; i++) {
      if (request.admits(round[i])) {
        return round[i];
      }
    }
    return NONE;
  }
}
