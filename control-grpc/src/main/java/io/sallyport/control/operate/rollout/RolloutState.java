package io.sallyport.control.operate.rollout;

import java.time.Instant;
import java.util.List;

/**
 * Where a rollout stands.
 *
 * <pre>
 *   Beginning ──(its change is in the store)──► Measuring of stage 0
 *
 *        ┌────────────────────────(next stage)──────────────────────────┐
 *        ▼                                                              │
 *   Measuring ──(what is usual is known)──► Waiting ──(all effective)──► Quiet ──(last stage)──► Completing ──► Completed
 *     │  ▲                                   │  ▲                       │  ▲
 *     ▼  │ pause, resume                     ▼  │                       ▼  │
 *    Paused                                 Paused                     Paused
 *
 *   Waiting, Quiet ──(trouble)──► RollingBack ──► RolledBack
 *   Waiting        ──(patience is over)──► RollingBack
 *       … or, where the plan keeps what is: ──► Halted ──(resume)──► Waiting
 *   Measuring, Waiting, Quiet, Paused, Halted ──(abort)──► RollingBack ──► Aborted
 * </pre>
 *
 * <p>What is paused neither goes on nor halts by itself: somebody looks after it.
 */
sealed interface RolloutState {
  /** The stage that it is in, from 0. */
  int stage();

  /** One in which time passes, and that can be paused. */
  sealed interface Going extends RolloutState {
    /** Since when. */
    Instant since();

    /** The same, begun at another time. */
    Going from(Instant since);
  }

  /** One that lasts. */
  sealed interface Ended extends RolloutState {}

  /** Ordered; its change may not be in the store yet. */
  record Beginning(Instant since) implements RolloutState {
    @Override
    public int stage() {
      return 0;
    }
  }

  /** Finds out what is usual on the nodes of a stage before it reaches them. */
  record Measuring(int stage, Instant since) implements Going {
    @Override
    public Measuring from(Instant later) {
      return new Measuring(stage, later);
    }
  }

  /**
   * The stage's nodes are to make it effective.
   *
   * @param usual sessions that reached no endpoint, per node and minute, before the stage
   */
  record Waiting(int stage, Instant since, double usual) implements Going {
    @Override
    public Waiting from(Instant later) {
      return new Waiting(stage, later, usual);
    }
  }

  /** All have made it effective, and nothing may go wrong for a while. */
  record Quiet(int stage, Instant since, double usual) implements Going {
    @Override
    public Quiet from(Instant later) {
      return new Quiet(stage, later, usual);
    }
  }

  /** An operator has stopped it for now. */
  record Paused(Going was, Instant since, String reason) implements RolloutState {
    @Override
    public int stage() {
      return was.stage();
    }
  }

  /** It stopped by itself, and the plan wants it left so. */
  record Halted(Waiting was, String reason, List<String> troubles) implements RolloutState {
    public Halted {
      troubles = List.copyOf(troubles);
    }

    @Override
    public int stage() {
      return was.stage();
    }
  }

  /**
   * What was before is being made the newest.
   *
   * @param by the operator who wants it; empty when the rollout does so by itself
   */
  record RollingBack(int stage, String reason, List<String> troubles, String by)
      implements RolloutState {
    public RollingBack {
      troubles = List.copyOf(troubles);
    }
  }

  /** All stages are done; the store is to let every node have it. */
  record Completing(int stage) implements RolloutState {}

  /** Done. */
  record Completed(int stage) implements Ended {}

  /** Rolled back by itself. */
  record RolledBack(int stage, String reason, List<String> troubles) implements Ended {
    public RolledBack {
      troubles = List.copyOf(troubles);
    }
  }

  /** Rolled back because an operator wanted it. */
  record Aborted(int stage, String reason) implements Ended {}
}
