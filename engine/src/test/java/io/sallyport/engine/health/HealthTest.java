package io.sallyport.engine.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.engine.health.Health.Footing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HealthTest {
  private record NoSettings() {}

  private static HealthPolicy policy(int rise, int fall) {
    Duration second = Duration.ofSeconds(1);
    return new HealthPolicy(
        new Strategy("tcp", new NoSettings()),
        second,
        second,
        second,
        second,
        rise,
        fall,
        OptionalInt.empty());
  }

  /** The texts after each probe: + passed, - failed. */
  private static List<String> texts(Health start, String probes) {
    List<String> texts = new ArrayList<>();
    Health health = start;
    for (int i = 0; i < probes.length(); i++) {
      health = probes.charAt(i) == '+' ? health.passed() : health.failed();
      texts.add(health.text());
    }
    return texts;
  }

  @Test
  void startsUpAndOneFailureFromDown() {
    Health initial = Health.initial(policy(3, 3));

    assertThat(initial.text()).isEqualTo("1/3 UP");
    assertThat(initial.up()).isTrue();
    assertThat(initial.footing()).isEqualTo(Footing.CHANGING);
    assertThat(initial.failed().text()).isEqualTo("0/3 DOWN");
    assertThat(initial.passed().text()).isEqualTo("3/3 UP");
  }

  @Test
  void goesRoundAsHaproxyDoes() {
    Health full = Health.initial(policy(3, 3)).passed();

    assertThat(texts(full, "+---+++"))
        .containsExactly(
            "3/3 UP", "2/3 UP", "1/3 UP", "0/3 DOWN", "1/3 DOWN", "2/3 DOWN", "3/3 UP");
  }

  @Test
  void countsConsecutiveOnesOnly() {
    Health full = Health.initial(policy(3, 3)).passed();

    assertThat(texts(full, "--+--+"))
        .containsExactly("2/3 UP", "1/3 UP", "3/3 UP", "2/3 UP", "1/3 UP", "3/3 UP");
    assertThat(texts(full, "---++-+"))
        .containsExactly(
            "2/3 UP", "1/3 UP", "0/3 DOWN", "1/3 DOWN", "2/3 DOWN", "0/3 DOWN", "1/3 DOWN");
  }

  @Test
  void staysWhereItIsAtBothEnds() {
    Health full = Health.initial(policy(2, 3)).passed();

    assertThat(full.passed()).isEqualTo(full);
    assertThat(full.footing()).isEqualTo(Footing.FIRM_UP);
    Health zero = full.failed().failed().failed();
    assertThat(zero.text()).isEqualTo("0/2 DOWN");
    assertThat(zero.failed()).isEqualTo(zero);
    assertThat(zero.footing()).isEqualTo(Footing.FIRM_DOWN);
    assertThat(zero.passed().footing()).isEqualTo(Footing.CHANGING);
  }

  @Test
  void riseOneFallOneFollowsEachProbe() {
    Health initial = Health.initial(policy(1, 1));

    assertThat(initial.text()).isEqualTo("1/1 UP");
    assertThat(initial.footing()).isEqualTo(Footing.FIRM_UP);
    assertThat(texts(initial, "-+-")).containsExactly("0/1 DOWN", "1/1 UP", "0/1 DOWN");
  }

  /** The counter as the reference states it, step by step, against many random walks. */
  @Test
  void agreesWithTheStatedRuleOnRandomWalks() {
    Random random = new Random(7);
    for (int walk = 0; walk < 500; walk++) {
      int rise = 1 + random.nextInt(6);
      int fall = 1 + random.nextInt(6);
      int counter = rise;
      Health health = Health.initial(policy(rise, fall));
      for (int step = 0; step < 60; step++) {
        if (random.nextBoolean()) {
          counter = Math.min(counter + 1, rise + fall - 1);
          if (counter >= rise) {
            counter = rise + fall - 1;
          }
          health = health.passed();
        } else {
          counter = Math.max(counter - 1, 0);
          if (counter < rise) {
            counter = 0;
          }
          health = health.failed();
        }
        assertThat(health.counter()).isEqualTo(counter);
        assertThat(health.up()).isEqualTo(counter >= rise);
      }
    }
  }

  @Test
  void otherCountsKeepTheVerdict() {
    Health full = Health.initial(policy(3, 3)).passed();

    assertThat(full.under(policy(2, 5)).text()).isEqualTo("5/5 UP");
    assertThat(full.failed().under(policy(2, 5)).text()).isEqualTo("2/5 UP");
    assertThat(Health.initial(policy(3, 3)).under(policy(4, 5)).text()).isEqualTo("1/5 UP");
    assertThat(full.failed().under(policy(3, 1)).text()).isEqualTo("1/1 UP");

    Health down = full.failed().failed().failed();
    assertThat(down.under(policy(5, 2)).text()).isEqualTo("0/5 DOWN");
    assertThat(down.passed().passed().under(policy(5, 2)).text()).isEqualTo("2/5 DOWN");
    assertThat(down.passed().passed().under(policy(2, 2)).text()).isEqualTo("1/2 DOWN");
    assertThat(down.passed().passed().under(policy(1, 2)).text()).isEqualTo("0/1 DOWN");
  }

  @Test
  void refusesACounterThatNoHealthHas() {
    assertThatThrownBy(() -> new Health(6, 3, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no health has counter 6 with rise 3 and fall 3");
  }
}
