package io.sallyport.engine.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.engine.control.FakeControlLoop;
import io.sallyport.engine.health.ProbeBudget.Ticket;
import io.sallyport.engine.health.ProbeBudget.Urgency;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeBudgetTest {
  private final FakeControlLoop loop = new FakeControlLoop();
  private final List<String> started = new ArrayList<>();

  private Ticket request(ProbeBudget budget, Urgency urgency, String name) {
    return budget.request(urgency, () -> started.add(name));
  }

  @Test
  void grantsInOrderAndNoMoreThanItHas() {
    ProbeBudget budget = new ProbeBudget(2, loop);
    Ticket a = request(budget, Urgency.ROUTINE, "a");
    Ticket b = request(budget, Urgency.ROUTINE, "b");
    request(budget, Urgency.ROUTINE, "c");
    request(budget, Urgency.ROUTINE, "d");
    loop.run();

    assertThat(started).containsExactly("a", "b");
    assertThat(budget.waiting()).isEqualTo(2);
    b.giveBack();
    b.giveBack();
    loop.run();
    assertThat(started).containsExactly("a", "b", "c");
    a.giveBack();
    loop.run();
    assertThat(started).containsExactly("a", "b", "c", "d");
    assertThat(budget.underWay()).isEqualTo(2);
  }

  @Test
  void urgentOnesGoFirstButEveryFourthPlaceIsForARoutineOne() {
    ProbeBudget budget = new ProbeBudget(1, loop);
    Ticket first = request(budget, Urgency.ROUTINE, "first");
    List<Ticket> tickets = new ArrayList<>(List.of(first));
    for (int i = 0; i < 3; i++) {
      tickets.add(request(budget, Urgency.ROUTINE, "r" + i));
    }
    for (int i = 0; i < 9; i++) {
      tickets.add(request(budget, Urgency.URGENT, "u" + i));
    }
    for (int i = 0; i < tickets.size(); i++) {
      loop.run();
      assertThat(budget.underWay()).isEqualTo(1);
      String last = started.getLast();
      int index =
          last.equals("first")
              ? 0
              : Integer.parseInt(last.substring(1)) + (last.startsWith("r") ? 1 : 4);
      tickets.get(index).giveBack();
    }

    assertThat(started.subList(0, 4)).contains("first").doesNotContain("r1", "r2");
    assertThat(started).containsSubsequence("u0", "u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8");
    assertThat(started).containsSubsequence("r0", "r1", "r2");
    assertThat(started.indexOf("r0")).isLessThanOrEqualTo(4);
    assertThat(started.indexOf("r1")).isEqualTo(started.indexOf("r0") + 4);
    assertThat(budget.underWay()).isZero();
  }

  @Test
  void aTicketGivenBackBeforeItsTurnNeverStarts() {
    ProbeBudget budget = new ProbeBudget(1, loop);
    Ticket held = request(budget, Urgency.ROUTINE, "held");
    Ticket waiting = request(budget, Urgency.ROUTINE, "waiting");
    request(budget, Urgency.ROUTINE, "next");
    waiting.giveBack();
    loop.run();
    held.giveBack();
    loop.run();

    assertThat(started).containsExactly("held", "next");
  }

  @Test
  void aPlaceGivenBackBetweenGrantAndStartIsHandedOn() {
    ProbeBudget budget = new ProbeBudget(1, loop);
    Ticket granted = request(budget, Urgency.ROUTINE, "granted");
    request(budget, Urgency.ROUTINE, "next");
    granted.giveBack();
    loop.run();

    assertThat(started).containsExactly("next");
    assertThat(budget.underWay()).isEqualTo(1);
  }

  @Test
  void tenThousandProbesThatEndAtOncePassThroughOnePlace() {
    ProbeBudget budget = new ProbeBudget(1, loop);
    int[] ended = {0};
    List<Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      int number = i;
      tickets.add(
          budget.request(
              Urgency.URGENT,
              () -> {
                ended[0]++;
                tickets.get(number).giveBack();
              }));
    }
    loop.run();

    assertThat(ended[0]).isEqualTo(10_000);
    assertThat(budget.underWay()).isZero();
    assertThat(budget.waiting()).isZero();
  }

  @Test
  void refusesToBeEmpty() {
    assertThatThrownBy(() -> new ProbeBudget(0, loop))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a budget of 0 probes would never probe");
  }
}
