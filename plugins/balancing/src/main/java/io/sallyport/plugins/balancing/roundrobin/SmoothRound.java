package io.sallyport.plugins.balancing.roundrobin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One round of smooth weighted round robin: in each turn everyone's credit grows by its weight, the
 * one with most credit (the first one, of several) has the turn and pays the sum of all weights.
 *
 * <p>Those of equal weight have their turns one after the other in the order of their declaration.
 * So only the next one of each weight is compared, and ten thousand endpoints with a few different
 * weights take no longer than that many turns.
 */
final class SmoothRound {
  /** Those of one weight; the one at {@code next} has had fewest turns, and has paid that much. */
  private static final class Peers {
    private final int weight;
    private final List<Integer> members = new ArrayList<>();
    private int next;
    private long paid;

    Peers(int weight) {
      this.weight = weight;
    }

    int first() {
      return members.get(next);
    }
  }

  private SmoothRound() {}

  /** The indexes in the order of their turns, each as often as its weight. */
  static int[] of(int[] weights) {
    Map<Integer, Peers> byWeight = new LinkedHashMap<>();
    int turns = 0;
    for (int i = 0; i < weights.length; i++) {
      byWeight.computeIfAbsent(weights[i], Peers::new).members.add(i);
      turns += weights[i];
    }
    List<Peers> all = new ArrayList<>(byWeight.values());
    int[] round = new int[turns];
    for (int turn = 0; turn < turns; turn++) {
      round[turn] = take(all, turn, turns);
    }
    return round;
  }

  private static int take(List<Peers> all, int turn, int turns) {
    Peers best = all.getFirst();
    long most = Long.MIN_VALUE;
    for (Peers peers : all) {
      long credit = (turn + 1L) * peers.weight - peers.paid;
      if (credit > most || (credit == most && peers.first() < best.first())) {
        most = credit;
        best = peers;
      }
    }
    int taken = best.first();
    best.next++;
    if (best.next == best.members.size()) {
      best.next = 0;
      best.paid += turns;
    }
    return taken;
  }
}
