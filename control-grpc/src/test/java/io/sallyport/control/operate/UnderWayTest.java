package io.sallyport.control.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.control.v1.Resource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    one.room(6 * MIB);

    assertThatThrownBy(() -> other.room(5 * MIB))
        .hasMessage(
            "RESOURCE_EXHAUSTED: the catalogs that are under way take 10 MiB of the heap together,"
                + " which is all that this control plane has for them; try again when others are"
                + " done, or give it a larger heap");
    one.close();
    one.close();
    other.room(5 * MIB);
    other.add(ONE);
    assertThat(other.whole()).hasSize(1);
    other.answered(() -> {});
    other.close();
    assertThat(underWay.bytes()).isZero();
  }

  @Test
  void whatWillNeverFitIsToldSoWithTheLimitAndTheRemedy() {
    UnderWay.Share others = underWay.read();
    others.room(9 * MIB);
    UnderWay.Share sent = underWay.sent();
    sent.room(MIB);

    assertThatThrownBy(() -> sent.room(10 * MIB))
        .hasMessage(
            "FAILED_PRECONDITION: this alone would take more than the 10 MiB of the heap that this"
                + " control plane has for all catalogs under way; send it in parts (sallyport"
                + " catalog apply --partial), or give the control plane a larger heap (-Xmx in"
                + " SALLYPORT_JAVA_OPTS)");
    UnderWay.Share read = underWay.read();
    assertThatThrownBy(() -> read.room(11 * MIB))
        .hasMessage(
            "FAILED_PRECONDITION: this alone would take more than the 10 MiB of the heap that this"
                + " control plane has for all catalogs under way; give the control plane a larger"
                + " heap (-Xmx in SALLYPORT_JAVA_OPTS)");
  }

  @Test
  void whatIsNotKnownYetIsLetThroughAloneAndWeighedOnceItIsThere() {
    UnderWay.Share large = underWay.read();
    large.guess(1000L * MIB);
    assertThat(underWay.bytes()).isEqualTo(10 * MIB);
    large.atLeast(3 * MIB);
    assertThat(underWay.bytes()).isEqualTo(10 * MIB);
    assertThatThrownBy(() -> large.atLeast(11 * MIB)).hasMessageContaining("FAILED_PRECONDITION");
    large.release();
    UnderWay.Share small = underWay.read();
    small.guess(MIB);
    small.atLeast(3 * MIB);
    assertThat(underWay.bytes()).isEqualTo(3 * MIB);
  }

  @Test
  void whoDawdlesLosesTheRoomToOthersWhoNeedIt() {
    UnderWay.Share slow = underWay.sent();
    slow.room(9 * MIB);
    nanos += TimeUnit.SECONDS.toNanos(61);
    UnderWay.Share small = underWay.sent();
    small.room(1000);
    slow.room(1000);

    UnderWay.Share quick = underWay.sent();
    quick.room(9 * MIB);

    assertThatThrownBy(slow::whole)
        .hasMessage(
            "DEADLINE_EXCEEDED: the catalog did not come within 60 s, and others needed the room;"
                + " send it again, faster");
    assertThatThrownBy(() -> slow.room(1)).hasMessageContaining("DEADLINE_EXCEEDED");
  }

  @Test
  void whoDoesNotTakeAnAnswerKeepsItsRoomAMinuteAndThenLosesItToOthersWhoNeedIt() {
    AtomicInteger told = new AtomicInteger();
    UnderWay.Share deaf = underWay.read();
    deaf.room(9 * MIB);
    nanos += TimeUnit.HOURS.toNanos(1);
    deaf.answered(told::incrementAndGet);
    nanos += TimeUnit.SECONDS.toNanos(59);
    UnderWay.Share other = underWay.read();
    assertThatThrownBy(() -> other.room(9 * MIB)).hasMessageContaining("RESOURCE_EXHAUSTED");
    assertThat(told).hasValue(0);

    nanos += TimeUnit.SECONDS.toNanos(2);
    other.room(MIB);
    assertThat(told).as("there was room for both").hasValue(0);
    other.room(8 * MIB);

    assertThat(told).hasValue(1);
    deaf.close();
    assertThat(underWay.bytes()).isEqualTo(9 * MIB);
    assertThat(UnderWay.notTaken())
        .hasMessage(
            "DEADLINE_EXCEEDED: the answer was not read within 60 s, and others needed the room;"
                + " ask again, and read faster");
  }

  @Test
  void whatIsWorkedOnKeepsItsRoomThoughItsCallerIsGone() {
    UnderWay.Share working = underWay.sent();
    working.room(9 * MIB);
    working.whole();
    working.close();
    nanos += TimeUnit.HOURS.toNanos(1);
    UnderWay.Share other = underWay.read();
    assertThatThrownBy(() -> other.room(9 * MIB)).hasMessageContaining("RESOURCE_EXHAUSTED");

    working.answered(() -> {});

    other.room(9 * MIB);
    assertThatThrownBy(() -> working.room(1)).hasMessage("CANCELLED: the call is over");
    other.release();
    assertThat(underWay.bytes()).isZero();
  }
}
