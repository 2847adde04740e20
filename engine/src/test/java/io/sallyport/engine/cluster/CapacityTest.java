package io.sallyport.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CapacityTest {
  private static List<Double> parts(int overprovisioning, Capacity... nearestFirst) {
    Map<Nearness, Capacity> all = new EnumMap<>(Nearness.class);
    for (Nearness nearness : Nearness.values()) {
      all.put(nearness, nearestFirst[all.size()]);
    }
    return List.copyOf(Capacity.parts(all, overprovisioning).values());
  }

  private static Capacity of(long healthy, long declared) {
    return new Capacity(healthy, declared);
  }

  @Test
  void nearestTakesAllItCan() {
    assertThat(parts(140, of(10, 10), of(10, 10), of(10, 10))).containsExactly(1.0, 0.0, 0.0);
    assertThat(parts(140, of(8, 10), of(10, 10), of(10, 10))).containsExactly(1.0, 0.0, 0.0);
  }

  @Test
  void restGoesOnFromOneToTheNext() {
    List<Double> parts = parts(140, of(5, 10), of(1, 10), of(10, 10));
    assertThat(parts.get(0)).isCloseTo(0.70, within(1e-9));
    assertThat(parts.get(1)).isCloseTo(0.14, within(1e-9));
    assertThat(parts.get(2)).isCloseTo(0.16, within(1e-9));
  }

  @Test
  void allTakeInProportionWhereThereIsTooLittle() {
    List<Double> parts = parts(100, of(2, 10), of(1, 10), of(1, 10));
    assertThat(parts.get(0)).isCloseTo(0.5, within(1e-9));
    assertThat(parts.get(1)).isCloseTo(0.25, within(1e-9));
    assertThat(parts.get(2)).isCloseTo(0.25, within(1e-9));
  }

  @Test
  void nobodyTakesAnythingWhereNobodyHas() {
    assertThat(parts(140, of(0, 10), of(0, 0), of(0, 5))).containsExactly(0.0, 0.0, 0.0);
  }

  @Test
  void partsAreOneTogetherAndNobodyTakesMoreThanItHasIfThereIsEnough() {
    Random random = new Random(9);
    for (int round = 0; round < 10_000; round++) {
      Capacity[] all = new Capacity[3];
      double enough = 0;
      for (int i = 0; i < 3; i++) {
        int declared = 1 + random.nextInt(50);
        all[i] = of(random.nextInt(declared + 1), declared);
        enough += Math.min(1, 1.4 * all[i].healthy() / declared);
      }
      List<Double> parts = parts(140, all);
      double sum = parts.stream().mapToDouble(Double::doubleValue).sum();
      assertThat(sum).isCloseTo(enough == 0 ? 0 : 1, within(1e-9));
      for (int i = 0; i < 3 && enough >= 1; i++) {
        assertThat(parts.get(i)).isBetween(0.0, 1.4 * all[i].healthy() / all[i].declared() + 1e-9);
      }
    }
  }
}
