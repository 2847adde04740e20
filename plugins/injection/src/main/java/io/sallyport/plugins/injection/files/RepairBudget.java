package io.sallyport.plugins.injection.files;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How often foreign changes may be undone: so many times within any minute. Two writers that each
 * want their own way would otherwise keep a node busy, and its readers confused, for ever.
 */
public final class RepairBudget {
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final InstantSource clock;
  private final int perMinute;
  private final Deque<Instant> repairs = new ArrayDeque<>();

  public RepairBudget(InstantSource clock, int perMinute) {
    this.clock = clock;
    this.perMinute = perMinute;
  }

  /** True when another repair may be made now. */
  public boolean allows() {
    return recent() < perMinute;
  }

  /** Counts a repair made now. */
  public void spend() {
    repairs.addLast(clock.instant());
  }

  /** Repairs within the last minute. */
  public int recent() {
    Instant now = clock.instant();
    // A wall clock that was set back leaves repairs in the future: they count no more.
    repairs.removeIf(at -> at.isAfter(now) || !at.plus(WINDOW).isAfter(now));
    return repairs.size();
  }

  /** When the next repair may be made. */
  public Instant next() {
    return allows() ? clock.instant() : repairs.getFirst().plus(WINDOW);
  }
}
