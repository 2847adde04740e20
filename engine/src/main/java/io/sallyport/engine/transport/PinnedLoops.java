package io.sallyport.engine.transport;

import io.netty.channel.EventLoop;
import io.sallyport.api.plugin.Ticker;
import io.sallyport.engine.transport.CpuScheduler.UntoldException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds each data loop to a core of its own, where there is one loop for each core that this
 * process may use: left to itself the kernel moves them about, and puts both on one core while
 * another rests.
 *
 * <p>A bound loop cannot leave a core that something else has taken. So one that waits long for its
 * core while another core rests is set free for a while, for longer each time.
 *
 * <p>{@link #look} is called by one thread, which is none of the loops.
 */
final class PinnedLoops {
  private static final Logger LOG = LoggerFactory.getLogger(PinnedLoops.class);

  /** Between two looks. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  /** For how long a loop must have waited too much. */
  static final Duration SUSPECTED = Duration.ofSeconds(3);

  static final Duration FIRST_FREEDOM = Duration.ofMinutes(1);
  static final Duration LONGEST_FREEDOM = Duration.ofHours(1);

  /** The share of its time that a loop must wait, and another core rest. */
  static final double MUCH = 0.25;

  private static final String UNBOUND = "the data loops are not bound to cores";

  private final CpuScheduler scheduler;
  private final Supplier<List<Integer>> threads;
  private final Ticker ticker;
  private final BitSet all;
  private final int[] cores;
  private final List<Loop> loops = new ArrayList<>();
  private Set<Integer> seen;

  /**
   * Has bound none yet.
   *
   * @param threads the kernel's ids of the loops' threads, as many as run so far
   * @param count loops
   * @throws UntoldException when the kernel tells too little to watch over them
   */
  PinnedLoops(CpuScheduler scheduler, Supplier<List<Integer>> threads, int count, Ticker ticker) {
    this.scheduler = scheduler;
    this.threads = threads;
    this.ticker = ticker;
    this.all = scheduler.cores(0);
    boolean oneEach = count > 1 && all.cardinality() == count;
    if (oneEach && !scheduler.idle().keySet().containsAll(all.stream().boxed().toList())) {
      throw new UntoldException("not every core tells how long it rests");
    }
    this.cores = oneEach ? all.stream().toArray() : new int[0];
    this.seen = scheduler.threads();
  }

  /** Looks again and again, on a loop that is none of the data path's, until that loop ends. */
  static void watch(EventLoop side, Supplier<List<Integer>> threads, int count, Ticker ticker) {
    // Not at once: nothing of a start shall wait for it.
    side.schedule(
        () -> {
          try {
            PinnedLoops loops = new PinnedLoops(new LinuxScheduler(), threads, count, ticker);
            if (loops.fit()) {
              side.scheduleWithFixedDelay(
                  () -> loops.lookUnless(side::isShuttingDown),
                  0,
                  PAUSE.toMillis(),
                  TimeUnit.MILLISECONDS);
            }
          } catch (UntoldException | UnsupportedOperationException | IllegalCallerException none) {
            LOG.atInfo().addKeyValue("reason", none.getMessage()).log(UNBOUND);
          }
        },
        PAUSE.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private void lookUnless(BooleanSupplier closing) {
    try {
      look();
    } catch (UntoldException fault) {
      if (!closing.getAsBoolean()) {
        release();
        LOG.atWarn().addKeyValue("reason", fault.getMessage()).log(UNBOUND);
      }
      throw fault; // So that this was the last time.
    }
  }

  /** Whether there is one loop for each core; else nothing is ever bound. */
  boolean fit() {
    return cores.length > 0;
  }

  /**
   * Binds loops that are not bound, and sets those free that suffer from it.
   *
   * @throws UntoldException when the kernel tells no more
   */
  void look() {
    List<Integer> running = threads.get();
    for (int i = loops.size(); i < Math.min(running.size(), cores.length); i++) {
      loops.add(new Loop(i, running.get(i)));
    }
    long now = ticker.nanos();
    loops.forEach(loop -> loop.look(now));
    freeTheOthers();
  }

  private void release() {
    loops.forEach(loop -> scheduler.bind(loop.thread, all));
  }

  /** A thread inherits the cores of the one that starts it. */
  private void freeTheOthers() {
    Set<Integer> now = scheduler.threads();
    Set<Integer> fresh = new HashSet<>(now);
    fresh.removeAll(seen);
    loops.forEach(loop -> fresh.remove(loop.thread));
    for (int thread : fresh) {
      BitSet own = coresOf(thread);
      if (own.cardinality() == 1 && own.intersects(all)) {
        scheduler.bind(thread, all);
      }
    }
    seen = now;
  }

  private BitSet coresOf(int thread) {
    try {
      return scheduler.cores(thread);
    } catch (UntoldException ended) {
      return new BitSet();
    }
  }

  private static double share(long part, long whole) {
    return whole <= 0 ? 0 : (double) part / whole;
  }

  private record Rests(long at, Map<Integer, Long> idle) {}

  private final class Loop {
    private final String name;
    private final int thread;
    private final int core;
    private long looked = ticker.nanos();
    private long waited;
    private @Nullable Rests suspected;
    private boolean bound;
    private long free = looked;
    private Duration freedom = Duration.ZERO;

    Loop(int index, int thread) {
      this.name = "data-" + (index + 1);
      this.thread = thread;
      this.core = cores[index];
      this.waited = scheduler.waited(thread);
    }

    void look(long now) {
      long sum = scheduler.waited(thread);
      double share = share(sum - waited, now - looked);
      waited = sum;
      looked = now;
      if (!bound) {
        if (now - free >= freedom.toNanos()) {
          bind(now);
        }
      } else if (share <= MUCH) {
        suspected = null;
      } else if (suspected == null) {
        suspected = new Rests(now, scheduler.idle());
      } else if (now - suspected.at >= SUSPECTED.toNanos()) {
        judge(suspected, new Rests(now, scheduler.idle()), share);
      }
    }

    private void bind(long now) {
      BitSet own = new BitSet();
      own.set(core);
      bound = scheduler.bind(thread, own);
      if (bound) {
        LOG.atDebug()
            .addKeyValue("loop", name)
            .addKeyValue("core", core)
            .log("a data loop is bound to a core");
      } else {
        beFree(now);
        LOG.atInfo()
            .addKeyValue("loop", name)
            .addKeyValue("core", core)
            .addKeyValue("for_s", freedom.toSeconds())
            .log("the kernel refuses to bind a data loop to its core; it may run on any for now");
      }
    }

    private void judge(Rests first, Rests last, double share) {
      suspected = last;
      for (int other : cores) {
        long idle = last.idle.getOrDefault(other, 0L) - first.idle.getOrDefault(other, 0L);
        if (other != core && share(idle, last.at - first.at) > MUCH) {
          bound = !scheduler.bind(thread, all);
          suspected = null;
          beFree(last.at);
          LOG.atInfo()
              .addKeyValue("loop", name)
              .addKeyValue("core", core)
              .addKeyValue("waited_percent", Math.round(share * 100))
              .addKeyValue("rests", other)
              .addKeyValue("for_s", freedom.toSeconds())
              .log("a data loop waits for its core while another rests; it may run on any for now");
          return;
        }
      }
    }

    private void beFree(long now) {
      free = now;
      Duration longer = freedom.isZero() ? FIRST_FREEDOM : freedom.multipliedBy(2);
      freedom = longer.compareTo(LONGEST_FREEDOM) > 0 ? LONGEST_FREEDOM : longer;
    }
  }
}
