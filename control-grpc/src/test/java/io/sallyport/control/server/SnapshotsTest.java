package io.sallyport.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Counter;
import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** That nodes which say ever new things of themselves cost no more than so much. */
class SnapshotsTest {
  private final Counter cut = new Counter();

  @Test
  void noMoreThanSoManyAreRememberedAndTheEldestGoesFirst() {
    Snapshots snapshots = new Snapshots(2, 1_000, cut);
    for (int selection : new int[] {1, 2, 1, 3, 1}) {
      snapshots.of(bits(selection), this::one);
    }
    assertThat(snapshots.size()).isEqualTo(2);
    assertThat(cut.getCount()).isEqualTo(3);
    snapshots.of(bits(2), this::one);
    assertThat(cut.getCount()).as("it was forgotten").isEqualTo(4);
  }

  @Test
  void norMoreResourcesButAlwaysOneSnapshot() {
    Snapshots snapshots = new Snapshots(1_000, 3, cut);
    for (int selection = 0; selection < 10; selection++) {
      snapshots.of(bits(selection), this::one);
    }
    assertThat(snapshots.size()).isEqualTo(3);
    Snapshots tiny = new Snapshots(1_000, 0, cut);
    assertThat(tiny.of(bits(1), this::one)).isSameAs(tiny.of(bits(1), this::one));
  }

  @Test
  void aSnapshotThatWasMadeAnewIsTheSame() {
    assertThat(one(bits(1)).same(one(bits(1)))).isTrue();
  }

  @Test
  void aNodeMayChangeWhatItSaysAFewTimesAMinute() {
    Declared declared = new Declared();
    for (int zone = 0; zone <= Declared.MOST_CHANGES; zone++) {
      assertThat(declared.may(node("n1", zone), 0)).isTrue();
      assertThat(declared.may(node("n1", zone), 0)).isTrue();
    }
    assertThat(declared.may(node("n1", 99), 0)).isFalse();
    assertThat(declared.may(node("n1", Declared.MOST_CHANGES), 0)).as("as before").isTrue();
    assertThat(declared.may(node("n2", 99), 0)).isTrue();
    long later = Duration.ofSeconds(61).toNanos();
    declared.forget(later);
    assertThat(declared.may(node("n1", 99), later)).isTrue();
  }

  private static NodeIdentity node(String name, int zone) {
    return new NodeIdentity(name, new Locality("eu", "z" + zone), Map.of());
  }

  private Snapshot one(BitSet ignored) {
    Revision revision = new Revision(1, 1);
    ResourceKey key = ResourceKey.service("a");
    TreeMap<ResourceKey, Revision> versions = new TreeMap<>(Map.of(key, revision));
    return new Snapshot(
        revision,
        List.of(new Resource(key, revision, ByteString.EMPTY)),
        false,
        new Held(versions, Set.of()));
  }

  private static BitSet bits(int number) {
    return BitSet.valueOf(new long[] {number});
  }
}
