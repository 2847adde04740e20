package io.sallyport.plugins.balancing.sourcehash;

import io.sallyport.api.balancing.PickRequest;
import io.sallyport.api.balancing.Picker;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks a client's place up in the table. Where its endpoint is not admitted or has no room, the
 * client goes through other places in an order of its own.
 */
final class HashPicker implements Picker {
  private static final int LOOKS = 16;

  private final int[] table;
  private final int count;
  private final @Nullable LoadBound bound;

  HashPicker(int[] table, int count, Optional<LoadBound> bound) {
    this.table = table;
    this.count = count;
    this.bound = bound.orElse(null);
  }

  @Override
  public int pick(PickRequest request) {
    // The address itself for IPv4, all its words for IPv6; its bytes could not be had without a
    // copy.
    long hash = Hashes.mixed(request.client().hashCode());
    int place = Hashes.below(table.length, hash);
    LoadBound limit = bound;
    return limit == null ? unbounded(request, hash, place) : bounded(request, hash, place, limit);
  }

  private int unbounded(PickRequest request, long hash, int place) {
    int picked = table[place];
    if (request.admits(picked)) {
      return picked;
    }
    int step = step(hash);
    int at = place;
    for (int i = 1; i < LOOKS; i++) {
      at = MaglevTable.next(at, step, table.length);
      if (request.admits(table[at])) {
        return table[at];
      }
    }
    return nextAfter(picked, request);
  }

  private int bounded(PickRequest request, long hash, int place, LoadBound limit) {
    long sessions = limit.sessions();
    int step = step(hash);
    int at = place;
    int emptiest = NONE;
    for (int i = 0; i < LOOKS; i++) {
      int index = table[at];
      if (request.admits(index)) {
        if (limit.room(index, sessions)) {
          return index;
        }
        if (emptiest == NONE || limit.fullness(index) < limit.fullness(emptiest)) {
          emptiest = index;
        }
      }
      at = MaglevTable.next(at, step, table.length);
    }
    int index = limit.start(table[place]);
    for (int i = 0; i < Math.min(count, LoadBound.FEW); i++) {
      if (limit.room(index, sessions) && request.admits(index)) {
        return index;
      }
      index = index + 1 == count ? 0 : index + 1;
    }
    return emptiest == NONE ? nextAfter(table[place], request) : emptiest;
  }

  private int step(long hash) {
    return 1 + Hashes.below(table.length - 1, Hashes.mixed(hash));
  }

  private int nextAfter(int turnedDown, PickRequest request) {
    for (int i = turnedDown + 1; i < count; i++) {
      if (request.admits(i)) {
        return i;
      }
    }
    for (int i = 0; i <= turnedDown; i++) {
      if (request.admits(i)) {
        return i;
      }
    }
    return NONE;
  }
}
