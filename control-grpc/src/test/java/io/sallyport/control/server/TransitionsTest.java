package io.sallyport.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.api.catalog.Revision;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is remembered of the ways that agents go, and for how long. */
class TransitionsTest {
  private final Transitions transitions = new Transitions(1 << 20);

  @Test
  void aWayThatSomebodyGoesIsMadeOnce() {
    Snapshot to = snapshot();
    Transition way = transitions.between(Held.NOTHING, to);
    transitions.forget();
    System.gc();
    transitions.tidy();
    assertThat(transitions.between(Held.NOTHING, to)).isSameAs(way);
  }

  @Test
  void whereAWayLedThatNobodyGoesIsLetGo() {
    WeakReference<Snapshot> to = forgotten();
    await()
        .atMost(Duration.ofSeconds(TestAgent.PATIENCE_SECONDS))
        .until(() -> {
          System.gc();
          transitions.tidy();
          return to.refersTo(null);
        });
  }

  /** To a snapshot that nothing else refers to. */
  private WeakReference<Snapshot> forgotten() {
    Snapshot to = snapshot();
    transitions.between(Held.NOTHING, to);
    transitions.forget();
    return new WeakReference<>(to);
  }

  private static Snapshot snapshot() {
    return new Snapshot(Revision.NONE, List.of(), false, Held.NOTHING);
  }
}
