package io.sallyport.engine.transport;

import io.netty.channel.EventLoop;
import io.sallyport.api.plugin.Ticker;
import io.sallyport.engine.transport.CpuScheduler.UntoldException;
import io.sallyport.engine.transport.CpuScheduler.Waits;
import io.sallyport.engine.transport.LoopThreads.Running;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has data loops wait for their turn on a core when they wake ({@code SCHED_BATCH}), instead of
 * taking it from a client or a server on this node that is just at work: that gets done sooner, and
 * a loop that comes a little later finds more to do at once.
 *
 * <p>It is good as long as the turn comes soon. Beside something that computes for milliseconds it
 * does not. So how long each loop waits is looked at, and one that waits long takes cores again for
 * a while, for longer each time.
 *
 * <p>Used by one thread, which is none of the loops.
 */
final class BatchScheduling {
  private static final Logger LOG = LoggerFactory.getLogger(BatchScheduling.class);

  /** Between two looks. */
  static final Duration BETWEEN = Duration.ofSeconds(1);

  /** How long a loop may wait for a turn, on the average. */
  static final Duration LONG = Duration.ofNanos(500_000);

  /** Fewer turns say nothing yet. */
  static final int TURNS = 100;

  static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private final CpuScheduler scheduler;
  private final Supplier<List<Running>> threads;
  private final Ticker ticker;
  private final Map<Integer, Loop> loops = new TreeMap<>();

  /**
   * Has looked at none yet.
   *
   * @param threads those of the loops, as many as run so far
   */
  BatchScheduling(CpuScheduler scheduler, Supplier<List<Running>> threads, Ticker ticker) {
    this.scheduler = scheduler;
    this.threads = threads;
    this.ticker = ticker;
  }

  /** Looks again and again, on a loop that is none of the data path's, until that loop ends. */
  static void watch(EventLoop side, Supplier<List<Running>> threads, Ticker ticker) {
    // Not at once: nothing of a start shall wait for it.
    side.schedule(
        () -> {
          try {
            BatchScheduling loops = new BatchScheduling(new LinuxScheduler(), threads, ticker);
            side.scheduleWithFixedDelay(
                () -> {
                  if (!side.isShuttingDown()) {
                    loops.lookAndGoOn();
                  }
                },
                0,
                BETWEEN.toMillis(),
                TimeUnit.MILLISECONDS);
          } catch (UnsupportedOperationException | IllegalCallerException none) {
            LOG.atInfo()
                .addKeyValue("reason", none.getMessage())
                .log("the data loops are scheduled as any thread is");
          }
        },
        BETWEEN.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private void lookAndGoOn() {
    try {
      look();
    } catch (RuntimeException fault) {
      LOG.atError().setCause(fault).log("the data loops' scheduling cannot be looked at");
    }
  }

  /** Has loops wait for their turns that do not, and lets those take cores that suffer from it. */
  void look() {
    long now = ticker.nanos();
    for (Running thread : threads.get()) {
      loops.computeIfAbsent(thread.id(), _ -> new Loop(thread, now)).look(now);
    }
  }

  private final class Loop {
    private final String name;
    private final int thread;
    private boolean batched;
    private Waits before = new Waits(0, 0);
    private long since;
    private Duration pause = Duration.ZERO;

    Loop(Running thread, long now) {
      this.name = thread.name();
      this.thread = thread.id();
      this.since = now;
    }

    void look(long now) {
      try {
        if (batched) {
          judge(now);
        } else if (now - since >= pause.toNanos()) {
          before = scheduler.waits(thread);
          scheduler.batch(thread, true);
          batched = true;
          LOG.atDebug().addKeyValue("loop", name).log("a data loop waits for its turns");
        }
      } catch (UntoldException fault) {
        suffer(now, String.valueOf(fault.getMessage()));
      }
    }

    private void judge(long now) throws UntoldException {
      Waits waits = scheduler.waits(thread);
      long turns = waits.turns() - before.turns();
      if (turns < TURNS) {
        return;
      }
      long mean = (waits.nanos() - before.nanos()) / turns;
      before = waits;
      if (mean > LONG.toNanos()) {
        suffer(now, "it waited " + mean / 1_000 + " µs for a turn");
      }
    }

    private void suffer(long now, String why) {
      boolean first = pause.isZero();
      Duration longer = first ? FIRST_PAUSE : pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
      since = now;
      (first ? LOG.atInfo() : LOG.atDebug())
          .addKeyValue("loop", name)
          .addKeyValue("reason", why)
          .addKeyValue("for_s", pause.toSeconds())
          .log("a data loop does not wait for its turns for now");
      if (batched) {
        batched = false;
        try {
          scheduler.batch(thread, false);
        } catch (UntoldException refused) {
          LOG.atWarn()
              .addKeyValue("loop", name)
              .addKeyValue("reason", refused.getMessage())
              .log("a data loop goes on waiting for its turns");
        }
      }
    }
  }
}
