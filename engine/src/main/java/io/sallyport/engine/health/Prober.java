package io.sallyport.engine.health;

import io.sallyport.engine.control.ControlLoop;
import io.sallyport.engine.control.ControlLoop.Timer;
import io.sallyport.engine.health.ProbeBudget.Ticket;
import io.sallyport.engine.health.ProbeBudget.Urgency;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What one endpoint's probing is doing now; at most one thing at a time.
 *
 * <pre>
 *              after()            time             a place in the budget, run()
 *   Stopped -----------&gt; Waiting ------&gt; Queued --------------------------------&gt; Probing
 *      ^                  ^                 |                                         |
 *      |                  +------ after(), which gives up what is under way ----------+
 *      +--------- stop(), likewise
 * </pre>
 *
 * <p>Control loop only.
 */
final class Prober {
  private sealed interface Activity {
    record Stopped() implements Activity {}

    record Waiting(Timer timer, long due) implements Activity {}

    record Queued(Ticket ticket, Urgency urgency) implements Activity {}

    record Probing(Ticket ticket, ProbeRun run) implements Activity {}
  }

  private final ControlLoop loop;
  private final ProbeBudget budget;
  private final Supplier<Urgency> urgency;
  private final Runnable turn;
  private Activity activity = new Activity.Stopped();

  /**
   * Makes a stopped one.
   *
   * @param urgency asked when a probe's time has come
   * @param turn called when there is a place for it: must call {@link #run}, {@link #after} or
   *     {@link #stop}
   */
  Prober(ControlLoop loop, ProbeBudget budget, Supplier<Urgency> urgency, Runnable turn) {
    this.loop = loop;
    this.budget = budget;
    this.urgency = urgency;
    this.turn = turn;
  }

  boolean stopped() {
    return activity instanceof Activity.Stopped;
  }

  boolean probing() {
    return activity instanceof Activity.Probing;
  }

  /** Ends whatever goes on. */
  void stop() {
    leave();
    activity = new Activity.Stopped();
  }

  /** Takes the next turn after that time. */
  void after(Duration delay) {
    leave();
    Timer timer = loop.schedule(delay, () -> queue(urgency.get()));
    activity = new Activity.Waiting(timer, loop.nanos() + delay.toNanos());
  }

  /** Takes the next turn within that time where it is still being waited for. */
  void within(Duration most) {
    if (activity instanceof Activity.Waiting(Timer timer, long due)
        && due - loop.nanos() > most.toNanos()) {
      after(most);
    }
  }

  /** Goes first in the queue for the budget where it stands there. */
  void hurry() {
    if (activity instanceof Activity.Queued(Ticket ticket, Urgency before)
        && before == Urgency.ROUTINE) {
      leave();
      queue(Urgency.URGENT);
    }
  }

  /** Allows a probe under way that much more time at most. */
  void endWithin(Duration most) {
    if (activity instanceof Activity.Probing(Ticket ticket, ProbeRun run)) {
      run.endWithin(most);
    }
  }

  /** Begins the probe whose turn it is. */
  void run(ProbeRun run) {
    if (activity instanceof Activity.Queued(Ticket ticket, Urgency before)) {
      activity = new Activity.Probing(ticket, run);
      run.start();
    }
  }

  private void queue(Urgency wanted) {
    activity = new Activity.Queued(budget.request(wanted, turn), wanted);
  }

  private void leave() {
    switch (activity) {
      case Activity.Stopped() -> {}
      case Activity.Waiting(Timer timer, long due) -> timer.cancel();
      case Activity.Queued(Ticket ticket, Urgency wanted) -> ticket.giveBack();
      case Activity.Probing(Ticket ticket, ProbeRun run) -> {
        run.giveUp();
        ticket.giveBack();
      }
    }
  }
}
