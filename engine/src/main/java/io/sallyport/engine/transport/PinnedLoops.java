package io.sallyport.engine.transport;

import io.netty.channel.EventLoop;
import io.sallyport.api.plugin.Ticker;
import io.sallyport.engine.transport.CpuScheduler.UntoldException;
import io.sallyport.engine.transport.LoopThreads.Running;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Binds each data loop to a core of its own, where there is one loop for each core that this
 * process may use: left to itself the kernel moves them about, and puts both on one core while
 * another rests.
 *
 * <p>A bound loop cannot leave a core that something else has taken. So one that waits long for its
 * core while another core rests is set free for a while, for longer each time.
 *
 * <p>Used by one thread, which is none of the loops, and which nobody binds.
 */
final class PinnedLoops {
  private static final Logger LOG = LoggerFactory.getLogger(PinnedLoops.class);

  /** Between two looks. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  /** For how long a loop must have waited too much. */
  static final Duration SUSPECTED = Duration.ofSeconds(3);

  /** Also how long nothing is tried after the kernel did not tell what must be known. */
  static final Duration FIRST_FREEDOM = Duration.ofMinutes(1);

  static final Duration LONGEST_FREEDOM = Duration.ofHours(1);

  /** The share of its time that a loop must wait, and another core rest. */
  static final double MUCH = 0.25;

  private final CpuScheduler scheduler;
  private final Supplier<List<Running>> threads;
  private final int count;
  private final Ticker ticker;
  private final Map<Integer, Loop> loops = new TreeMap<>();
  private final Set<Integer> freed = new HashSet<>();
  private BitSet all = new BitSet();
  private int[] cores = {};
  private Set<Integer> seen = Set.of();
  private @Nullable Long blindSince;

  /**
   * Has bound none yet.
   *
   * @param threads those of the loops, as many as run so far
   * @param count loops
   */
  PinnedLoops(CpuScheduler scheduler, Supplier<List<Running>> threads, int count, Ticker ticker) {
    this.scheduler = scheduler;
    this.threads = threads;
    this.count = count;
    this.ticker = ticker;
  }

  /** Looks again and again, on a loop that is none of the data path's, until that loop ends. */
  static void watch(EventLoop side, Supplier<List<Running>> threads, int count, Ticker ticker) {
    if (count < 2) {
      return;
    }
    // Not at once: nothing of a start shall wait for it.
    side.schedule(
        () -> {
          try {
            PinnedLoops loops = new PinnedLoops(new LinuxScheduler(), threads, count, ticker);
            side.scheduleWithFixedDelay(
                () -> {
                  if (!side.isShuttingDown()) {
                    loops.look();
                  }
                },
                0,
                PAUSE.toMillis(),
                TimeUnit.MILLISECONDS);
          } catch (UnsupportedOperationException | IllegalCallerException none) {
            LOG.atInfo()
                .addKeyValue("reason", none.getMessage())
                .log("the data loops are not bound to cores");
          }
        },
        PAUSE.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** Binds loops that are not bound, and sets those free that suffer from it. */
  void look() {
    long now = ticker.nanos();
    if (blindSince != null && now - blindSince < FIRST_FREEDOM.toNanos()) {
      return;
    }
    try {
      look(now);
      blindSince = null;
    } catch (RuntimeException fault) {
      releaseAll();
      all = new BitSet(); // To begin anew.
      if (blindSince == null) {
        LOG.atWarn()
            .addKeyValue("reason", fault.toString())
            .log("the data loops are not bound to cores for now");
      }
      blindSince = now;
    }
  }

  private void look(long now) {
    BitSet allowed = scheduler.cores(0);
    if (!allowed.equals(all)) {
      begin(allowed);
    }
    if (cores.length == 0) {
      return;
    }
    for (Running thread : threads.get()) {
      if (thread.number() < cores.length) {
        loops.computeIfAbsent(thread.number(), _ -> new Loop(thread)).look(now);
      }
    }
    freeTheOthers();
  }

  /** The process may use other cores than before. */
  private void begin(BitSet allowed) {
    all = allowed;
    releaseAll();
    loops.clear();
    cores = new int[0];
    if (allowed.cardinality() == count) {
      scheduler.waited(0);
      if (!scheduler.idle().keySet().containsAll(allowed.stream().boxed().toList())) {
        throw new UntoldException("not every core tells how long it rests");
      }
      cores = allowed.stream().toArray();
      seen = scheduler.threads();
    }
  }

  private void releaseAll() {
    loops.values().forEach(loop -> scheduler.bind(loop.thread.id(), all));
    freed.forEach(thread -> scheduler.bind(thread, all));
  }

  /** A thread inherits the cores of the one that starts it. */
  private void freeTheOthers() {
    BitSet bound = new BitSet();
    Set<Integer> now = scheduler.threads();
    Set<Integer> fresh = new HashSet<>(now);
    fresh.removeAll(seen);
    for (Loop loop : loops.values()) {
      fresh.remove(loop.thread.id());
      if (loop.bound) {
        bound.set(loop.core);
      }
    }
    for (int thread : fresh) {
      BitSet own = coresOf(thread);
      if (own.cardinality() == 1 && own.intersects(bound) && scheduler.bind(thread, all)) {
        freed.add(thread);
      }
    }
    freed.retainAll(now);
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
    private final Running thread;
    private final int core;
    private long looked = ticker.nanos();
    private long waited;
    private @Nullable Rests suspected;
    private boolean bound;
    private long free = looked;
    private Duration freedom = Duration.ZERO;

    Loop(Running thread) {
      this.thread = thread;
      this.core = cores[thread.number()];
      this.waited = scheduler.waited(thread.id());
    }

    void look(long now) {
      long sum = scheduler.waited(thread.id());
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
      bound = scheduler.bind(thread.id(), own);
      if (bound) {
        told(LOG.atDebug()).log("a data loop is bound to a core");
      } else {
        beFree(now, "the kernel refuses to bind a data loop to its core", 0);
      }
    }

    private void judge(Rests first, Rests last, double share) {
      suspected = last;
      for (int other : cores) {
        Long before = first.idle.get(other);
        Long since = last.idle.get(other);
        if (other != core
            && before != null
            && since != null
            && share(since - before, last.at - first.at) > MUCH
            && scheduler.bind(thread.id(), all)) {
          bound = false;
          suspected = null;
          beFree(last.at, "a data loop waits for its core while another rests", share);
          return;
        }
      }
    }

    private void beFree(long now, String why, double share) {
      boolean first = freedom.isZero();
      Duration longer = first ? FIRST_FREEDOM : freedom.multipliedBy(2);
      free = now;
      freedom = longer.compareTo(LONGEST_FREEDOM) > 0 ? LONGEST_FREEDOM : longer;
      told(first ? LOG.atInfo() : LOG.atDebug())
          .addKeyValue("waited_percent", Math.round(share * 100))
          .addKeyValue("for_s", freedom.toSeconds())
          .log("{}; it may run on any for now", why);
    }

    private LoggingEventBuilder told(LoggingEventBuilder line) {
      return line.addKeyValue("loop", "data-" + (thread.number() + 1)).addKeyValue("core", core);
    }
  }
}
