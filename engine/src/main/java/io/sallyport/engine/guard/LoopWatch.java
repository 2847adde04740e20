package io.sallyport.engine.guard;

import io.sallyport.api.plugin.Ticker;
import io.sallyport.engine.guard.PluginFaults.Owner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees loops that do not go on, such as for a picker that does not return. Nothing can end a thread
 * from outside; so all that is done is to tell at once, and whose code it is in.
 *
 * <p>{@link #look} is called by one thread, which is none of the loops.
 *
 * @since 0.1
 */
public final class LoopWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LoopWatch.class);

  /** How long a task of a loop may take. */
  static final Duration MOST = Duration.ofSeconds(3);

  private final PluginFaults faults;
  private final Ticker ticker;
  private final List<Watched> loops;

  private static final class Watched {
    private final String name;
    private final Executor loop;
    private volatile @Nullable Thread thread;
    private volatile boolean asked;
    private volatile long since;
    private volatile String told = "";

    private Watched(String name, Executor loop) {
      this.name = name;
      this.loop = loop;
    }
  }

  /** A loop and what people call it. */
  public record Loop(String name, Executor executor) {}

  /** Watches these. */
  public LoopWatch(PluginFaults faults, Ticker ticker, List<Loop> loops) {
    this.faults = faults;
    this.ticker = ticker;
    this.loops = loops.stream().map(loop -> new Watched(loop.name(), loop.executor())).toList();
  }

  /** Asks each loop for an answer, and tells of those that owe one for too long. */
  public void look() {
    for (Watched watched : loops) {
      if (!watched.asked) {
        ask(watched);
      } else if (watched.told.isEmpty() && ticker.nanos() - watched.since > MOST.toNanos()) {
        tell(watched);
      }
    }
  }

  /** What does not go on now, one sentence each. Any thread. */
  public List<String> wrong() {
    return loops.stream().map(watched -> watched.told).filter(text -> !text.isEmpty()).toList();
  }

  private void ask(Watched watched) {
    watched.since = ticker.nanos();
    watched.asked = true;
    try {
      watched.loop.execute(() -> {
        watched.thread = Thread.currentThread();
        if (!watched.told.isEmpty()) {
          watched.told = "";
          LOG.atWarn()
              .addKeyValue("loop", watched.name)
              .addKeyValue("after_ms", waited(watched))
              .log("a loop goes on again");
        }
        watched.asked = false;
      });
    } catch (RejectedExecutionException closing) {
      watched.asked = false;
    }
  }

  private void tell(Watched watched) {
    Thread thread = watched.thread;
    StackTraceElement[] stack = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
    Optional<Owner> owner = faults.owner(stack);
    String at = stack.length == 0 ? "" : stack[0].toString();
    faults.stalled(watched.name);
    owner.ifPresent(faults::count);
    watched.told =
        "the loop "
            + watched.name
            + " does not go on"
            + owner.map(found -> ", held by " + found).orElse("")
            + (at.isEmpty() ? "" : ", at " + at);
    LOG.atError()
        .addKeyValue("loop", watched.name)
        .addKeyValue("for_ms", waited(watched))
        .addKeyValue("strategy", owner.map(Owner::toString).orElse("unknown"))
        .addKeyValue("at", at)
        .log("a loop does not go on");
  }

  private long waited(Watched watched) {
    return Duration.ofNanos(ticker.nanos() - watched.since).toMillis();
  }
}
