package io.sallyport.engine.cluster;

import java.util.EnumMap;
import java.util.Map;

/**
 * What endpoints of one nearness can take.
 *
 * @param healthy the weights of those that take sessions now
 * @param declared the weights of all
 */
record Capacity(long healthy, long declared) {
  private static final double WHOLE = 100.0;

  Capacity and(Capacity other) {
    return new Capacity(healthy + other.healthy, declared + other.declared);
  }

  /**
   * The part of all sessions that each takes, nearest first: as much as it has healthy capacity
   * times the overprovisioning, what is left going on to the next. Where all together have too
   * little, each takes in proportion to what it has.
   *
   * @param overprovisioning in percent
   * @return parts of one in all; nothing but zeros where nobody has any
   */
  static Map<Nearness, Double> parts(Map<Nearness, Capacity> all, int overprovisioning) {
    Map<Nearness, Double> parts = new EnumMap<>(Nearness.class);
    all.forEach((nearness, capacity) -> parts.put(nearness, capacity.part(overprovisioning)));
    double sum = parts.values().stream().mapToDouble(Double::doubleValue).sum();
    double left = 1;
    for (Map.Entry<Nearness, Double> entry : parts.entrySet()) {
      double part = entry.getValue();
      double taken = sum < 1 ? share(part, sum) : Math.min(left, part);
      entry.setValue(taken);
      left -= taken;
    }
    return parts;
  }

  private static double share(double part, double sum) {
    return sum == 0 ? 0 : part / sum;
  }

  private double part(int overprovisioning) {
    return declared == 0 ? 0 : Math.min(1, overprovisioning / WHOLE * healthy / declared);
  }
}
