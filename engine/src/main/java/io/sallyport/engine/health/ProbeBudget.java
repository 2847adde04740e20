package io.sallyport.engine.health;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many probes of a node may be under way at once, so that ten thousand endpoints do not all
 * connect in the same millisecond. Probes wait in the order of their requests; urgent ones go
 * first, but every fourth place goes to a routine one, so that neither kind starves the other.
 *
 * <p>Control loop only.
 *
 * @since 0.1
 */
public final class ProbeBudget {
  private static final int ROUTINE_TURN = 4;

  /** How soon a probe is wanted. */
  public enum Urgency {
    /** Its time has come. */
    ROUTINE,
    /** Sessions depend on what it finds. */
    URGENT
  }

  private final int most;
  private final Executor loop;
  private final Deque<Ticket> routine = new ArrayDeque<>();
  private final Deque<Ticket> urgent = new ArrayDeque<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private long turn;

  /**
   * Makes a budget.
   *
   * @param most probes at once, at least 1
   * @param loop the control loop; every probe is started in a task of its own there
   * @throws IllegalArgumentException when there is room for no probe at all
   */
  public ProbeBudget(int most, Executor loop) {
    if (most < 1) {
      throw new IllegalArgumentException("a budget of " + most + " probes would never probe");
    }
    this.most = most;
    this.loop = loop;
  }

  /**
   * Asks for a place.
   *
   * @param start called once there is a place, later and in a task of its own, unless the ticket is
   *     given back before
   */
  public Ticket request(Urgency urgency, Runnable start) {
    Ticket ticket = new Ticket(start);
    switch (urgency) {
      case ROUTINE -> routine.add(ticket);
      case URGENT -> urgent.add(ticket);
    }
    grant();
    return ticket;
  }

  /** Probes under way. Any thread. */
  public int underWay() {
    return underWay.get();
  }

  /** Probes that wait for a place. */
  int waiting() {
    return (int)
        (routine.stream().filter(Ticket::waits).count()
            + urgent.stream().filter(Ticket::waits).count());
  }

  private void grant() {
    while (underWay.get() < most) {
      Ticket next = next();
      if (next == null) {
        return;
      }
      underWay.incrementAndGet();
      next.place = Place.HELD;
      // In a task of its own: a probe that ends at once hands its place on, and ten thousand of
      // those in one call would overflow the stack.
      loop.execute(next::run);
    }
  }

  private @Nullable Ticket next() {
    dropGivenBack(urgent);
    dropGivenBack(routine);
    boolean routineFirst = ++turn % ROUTINE_TURN == 0;
    Ticket first = (routineFirst ? routine : urgent).poll();
    return first != null ? first : (routineFirst ? urgent : routine).poll();
  }

  private static void dropGivenBack(Deque<Ticket> queue) {
    for (Ticket head = queue.peek(); head != null && !head.waits(); head = queue.peek()) {
      queue.poll();
    }
  }

  private enum Place {
    AWAITED,
    HELD,
    GIVEN_BACK
  }

  /** A place in the budget, awaited, held or given back. */
  public final class Ticket {
    private final Runnable start;
    private Place place = Place.AWAITED;

    private Ticket(Runnable start) {
      this.start = start;
    }

    /** Gives the place back, or no longer waits for one; does nothing the second time. */
    public void giveBack() {
      Place before = place;
      place = Place.GIVEN_BACK;
      if (before == Place.HELD) {
        underWay.decrementAndGet();
        grant();
      }
    }

    private boolean waits() {
      return place == Place.AWAITED;
    }

    private void run() {
      if (place == Place.HELD) {
        start.run();
      }
    }
  }
}
