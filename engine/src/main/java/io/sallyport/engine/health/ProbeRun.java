package io.sallyport.engine.health;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.CheckTarget;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.engine.control.ControlLoop;
import io.sallyport.engine.control.ControlLoop.Timer;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One probe under way. It ends exactly once, whatever the check does, unless it is given up.
 *
 * <p>Control loop only; the check's stage may complete on any thread.
 */
final class ProbeRun {
  /** What a check that keeps its time needs to bring its result here. */
  private static final Duration RESULT_MARGIN = Duration.ofMillis(250);

  /** A deadline told this late says more of this node than of the endpoint. */
  private static final Duration STALL = Duration.ofMillis(500);

  /** Threads that take longer to pass a task on are starved: an answer takes as long as it. */
  private static final Duration STARVED = Duration.ofMillis(100);

  /** Threads that take this long are stuck, and would keep endpoints from being judged for ever. */
  private static final Duration STUCK = Duration.ofSeconds(10);

  /** How a probe ended. */
  sealed interface Ending {}

  /** The check told, or its time is over. */
  record Found(CheckResult result) implements Ending {}

  /** Its time was over while this node was too busy to notice: nothing is known. */
  record Missed(Duration late) implements Ending {}

  private final HealthCheck check;
  private final CheckTarget target;
  private final ControlLoop loop;
  private final AnswerPath path;
  private final Consumer<Ending> then;
  private final long started;
  private long deadline;
  private Timer timer = Timer.NONE;
  private boolean judging;
  private boolean over;

  /**
   * Makes a probe; it begins with {@link #start()}.
   *
   * @param path what its answer comes through
   */
  ProbeRun(
      HealthCheck check,
      CheckTarget target,
      ControlLoop loop,
      AnswerPath path,
      Consumer<Ending> then) {
    this.check = check;
    this.target = target;
    this.loop = loop;
    this.path = path;
    this.then = then;
    started = loop.nanos();
  }

  /** Calls the check. */
  void start() {
    expireAt(started + target.timeout().plus(RESULT_MARGIN).toNanos());
    try {
      check
          .check(target)
          .whenComplete((result, fault) -> loop.execute(() -> completed(result, fault)));
    } catch (RuntimeException | LinkageError | AssertionError fault) {
      // A task of its own, so that no probe ends within the call that starts it.
      loop.execute(() -> completed(null, fault));
    }
  }

  /** Allows it that much more time at most. */
  void endWithin(Duration most) {
    long sooner = loop.nanos() + most.toNanos();
    if (!judging && sooner - deadline < 0) {
      timer.cancel();
      expireAt(sooner);
    }
  }

  /** Does not end any more. */
  void giveUp() {
    over = true;
    timer.cancel();
  }

  private void expireAt(long nanos) {
    deadline = nanos;
    Duration left = Duration.ofNanos(nanos - loop.nanos());
    timer = loop.schedule(left, this::expired);
  }

  private void expired() {
    Duration late = Duration.ofNanos(loop.nanos() - deadline);
    // A result may be waiting for its turn already: it goes first.
    loop.execute(() -> overdue(late));
  }

  private void overdue(Duration late) {
    if (late.compareTo(STALL) > 0) {
      end(new Missed(late));
    } else {
      Duration taken = taken();
      String info = "no result within " + taken.toMillis() + " ms";
      judge(CheckResult.of(CheckStatus.LAYER4_TIMEOUT, taken, info));
    }
  }

  /** A time-out counts once it is known that an answer would have been heard. */
  private void judge(CheckResult timeOut) {
    if (over || judging) {
      return;
    }
    judging = true;
    timer.cancel();
    long asked = loop.nanos();
    timer = loop.schedule(STUCK, () -> stuck(timeOut, asked + STUCK.toNanos()));
    path.then(() -> {
      Duration late = Duration.ofNanos(loop.nanos() - asked);
      end(late.compareTo(STARVED) > 0 ? new Missed(late) : new Found(timeOut));
    });
  }

  private void stuck(CheckResult timeOut, long due) {
    Duration late = Duration.ofNanos(loop.nanos() - due);
    // The others may come at once, where all of them stood still.
    loop.execute(() -> end(late.compareTo(STALL) > 0 ? new Missed(late) : new Found(timeOut)));
  }

  private void completed(@Nullable CheckResult result, @Nullable Throwable fault) {
    if (result == null || fault != null) {
      String info = fault == null ? "the check gave no result" : words(fault);
      end(new Found(CheckResult.of(CheckStatus.SOCKET_ERROR, taken(), info)));
      return;
    }
    Duration late = taken().minus(target.timeout());
    if (!timedOut(result.status())) {
      end(new Found(result));
    } else if (late.compareTo(STALL) > 0) {
      end(new Missed(late));
    } else {
      judge(result);
    }
  }

  private void end(Ending ending) {
    if (!over) {
      giveUp();
      then.accept(ending);
    }
  }

  private Duration taken() {
    return Duration.ofNanos(loop.nanos() - started);
  }

  private static boolean timedOut(CheckStatus status) {
    return switch (status) {
      case LAYER4_TIMEOUT, LAYER6_TIMEOUT, LAYER7_TIMEOUT, EXTERNAL_TIMEOUT -> true;
      case LAYER4_PASSED,
          LAYER4_CONNECTION_PROBLEM,
          LAYER6_PASSED,
          LAYER6_INVALID_RESPONSE,
          LAYER7_PASSED,
          LAYER7_INVALID_RESPONSE,
          LAYER7_WRONG_STATUS,
          EXTERNAL_PASSED,
          EXTERNAL_FAILED,
          SOCKET_ERROR ->
          false;
    };
  }

  private static String words(Throwable fault) {
    Throwable cause =
        fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
    String message = cause.getMessage();
    String name = cause.getClass().getSimpleName();
    return message == null ? name : name + ": " + message;
  }
}
