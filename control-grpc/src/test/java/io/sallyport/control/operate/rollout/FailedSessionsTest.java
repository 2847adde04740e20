package io.sallyport.control.operate.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How sessions that reach no endpoint are counted. */
class FailedSessionsTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private final FailedSessions failed = new FailedSessions(Duration.ofMinutes(1));

  @Test
  void countsRisesPerNodeAndMinuteAndNotWhatWasBefore() {
    sample(0, 1_000, 2_000);
    assertThat(rate(0)).isZero();
    sample(30, 1_010, 2_000);
    assertThat(rate(30)).isEqualTo(5);
    sample(60, 1_010, 2_006);
    assertThat(rate(60)).isEqualTo(8);
    sample(120, 1_010, 2_006);
    assertThat(rate(120)).as("it is over").isZero();
  }

  @Test
  void anAgentThatStartsAnewCountsFromZero() {
    sample(0, 1_000, 0);
    sample(10, 4, 0);
    assertThat(rate(10)).isEqualTo(2);
    sample(20, 6, 0);
    assertThat(rate(20)).isEqualTo(3);
  }

  @Test
  void aNodeThatIsGoneCountsNoLonger() {
    sample(0, 0, 0);
    sample(10, 10, 0);
    failed.sample(List.of(node("b", 0)), T0.plusSeconds(20));
    assertThat(rate(20)).isZero();
    assertThat(failed.rate(List.of(), T0)).isZero();
  }

  private void sample(long seconds, long a, long b) {
    failed.sample(List.of(node("a", a), node("b", b)), T0.plusSeconds(seconds));
  }

  private double rate(long seconds) {
    return failed.rate(List.of("a", "b"), T0.plusSeconds(seconds));
  }

  private static NodeState node(String name, long failed) {
    return NodeState.newBuilder()
        .setNode(Node.newBuilder().setName(name))
        .setFailedSessions(failed)
        .build();
  }
}
