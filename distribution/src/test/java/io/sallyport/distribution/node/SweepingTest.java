package io.sallyport.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Revision;
import io.sallyport.engine.event.EngineEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A whole collection behind many changes, and none behind few. */
class SweepingTest {
  private final List<Object> seen = new ArrayList<>();
  private final Sweeping sweeping = new Sweeping(seen::add, () -> seen.add("collected"));

  @Test
  void collectsBehindALargeCatalogOnceItHasBeenTold() {
    EngineEvent large = applied(Sweeping.MANY);
    sweeping.happened(large);
    assertThat(seen).containsExactly(large, "collected");
  }

  @Test
  void collectsNothingBehindASmallChangeOfALargeCatalog() {
    EngineEvent small = applied(Sweeping.MANY - 1);
    EngineEvent other = new EngineEvent.PhaseChanged("icr", "SERVING", "");
    sweeping.happened(small);
    sweeping.happened(other);
    assertThat(seen).containsExactly(small, other);
  }

  private static EngineEvent applied(int changed) {
    return new EngineEvent.CatalogApplied(
        new Revision(1, 1), 10_000, changed, Duration.ofSeconds(1), List.of());
  }
}
