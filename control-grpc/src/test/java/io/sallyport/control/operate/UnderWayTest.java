package io.sallyport.control.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.control.v1.Resource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What all callers together may have under way. */
class UnderWayTest {
  private static final int MIB = 1024 * 1024;
  private static final List<Resource> ONE = List.of(Resource.getDefaultInstance());

  private long nanos;
  private final UnderWay underWay = new UnderWay(10 * MIB, () -> nanos);

  @Test
  void callersShareTheRoomAndGiveItBack() {
    UnderWay.Share one = underWay.sent();
    UnderWay.Share other = underWay.sent();
    one.add(ONE, 6 * MIB);

    assertThatThrownBy(() -> other.add(ONE, 5 * MIB))
        .hasMessage(
            "RESOURCE_EXHAUSTED: the catalogs that are under way have 10 MiB together, which is all"
                + " that this control plane takes at once; try again when others are done, or give"
                + " it a larger heap");
    one.close();
    one.close();
    other.add(ONE, 5 * MIB);
    assertThat(other.whole()).hasSize(1);
    other.close();
    assertThat(underWay.bytes()).isZero();
  }

  @Test
  void smallResourcesCountForWhatTheyTake() {
    UnderWay.Share share = underWay.sent();
    List<Resource> many = java.util.Collections.nCopies(50_000, Resource.getDefaultInstance());
    assertThatThrownBy(() -> share.add(many, 100_000)).hasMessageContaining("RESOURCE_EXHAUSTED");
  }

  @Test
  void whoDawdlesLosesTheRoomToOthersWhoNeedIt() {
    UnderWay.Share slow = underWay.sent();
    slow.add(ONE, 9 * MIB);
    nanos += TimeUnit.SECONDS.toNanos(61);
    UnderWay.Share small = underWay.sent();
    small.add(ONE, 1000);
    slow.add(ONE, 1000);

    UnderWay.Share quick = underWay.sent();
    quick.add(ONE, 9 * MIB);

    assertThatThrownBy(slow::whole)
        .hasMessage(
            "DEADLINE_EXCEEDED: the catalog did not come within 60 s, and others needed the room;"
                + " send it again, faster");
    assertThatThrownBy(() -> slow.add(ONE, 1)).hasMessageContaining("DEADLINE_EXCEEDED");
  }

  @Test
  void whatIsWorkedOnIsNotLost() {
    UnderWay.Share working = underWay.sent();
    working.add(ONE, 9 * MIB);
    working.whole();
    UnderWay.Share reading = underWay.read(MIB / 2);
    nanos += TimeUnit.HOURS.toNanos(1);

    assertThatThrownBy(() -> underWay.read(9 * MIB)).hasMessageContaining("RESOURCE_EXHAUSTED");
    working.close();
    reading.close();
    underWay.read(1000L * MIB).close();
    assertThat(underWay.bytes()).isZero();
  }
}
