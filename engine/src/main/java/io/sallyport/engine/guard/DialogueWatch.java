package io.sallyport.engine.guard;

import io.sallyport.api.plugin.Ticker;
import io.sallyport.engine.guard.PluginFaults.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees dialogues of health checks that do not return. Each keeps one thread of those that all
 * checks share; so it is told and counted, another thread takes its place, and until it has
 * returned no dialogue of its check is begun. What can hang at once is thereby no more than there
 * were threads to begin with, for each check.
 *
 * <pre>
 *   called ──► returns
 *      └── 5 s ──► stuck (told, its thread replaced) ──► returns (told, the thread taken back)
 * </pre>
 *
 * <p>Any thread; {@link #look} is called by one.
 *
 * @since 0.1
 */
public final class DialogueWatch {
  private static final Logger LOG = LoggerFactory.getLogger(DialogueWatch.class);

  /** How long a dialogue may think. */
  static final Duration MOST = Duration.ofSeconds(5);

  private final PluginFaults faults;
  private final ThreadPoolExecutor threads;
  private final Ticker ticker;
  private final Set<Call> calls = ConcurrentHashMap.newKeySet();
  private final Map<Owner, Integer> stuck = new ConcurrentHashMap<>();

  /** One call of a dialogue. Its flag is guarded by itself. */
  private static final class Call {
    private final Owner owner;
    private final Thread thread;
    private final long began;
    private boolean stuck;

    private Call(Owner owner, Thread thread, long began) {
      this.owner = owner;
      this.thread = thread;
      this.began = began;
    }
  }

  /**
   * Watches.
   *
   * @param threads where dialogues are called, and which belongs to whoever made it
   */
  public DialogueWatch(PluginFaults faults, ThreadPoolExecutor threads, Ticker ticker) {
    this.faults = faults;
    this.threads = threads;
    this.ticker = ticker;
  }

  /** Whether a dialogue of this check has not returned in time. */
  boolean stuck(Owner owner) {
    return stuck.containsKey(owner);
  }

  /** Calls a dialogue on this thread. */
  <T> T during(Owner owner, Supplier<T> dialogue) {
    Call call = new Call(owner, Thread.currentThread(), ticker.nanos());
    calls.add(call);
    try {
      return dialogue.get();
    } finally {
      calls.remove(call);
      returned(call);
    }
  }

  /** Looks for those that do not return. */
  void look() {
    long now = ticker.nanos();
    for (Call call : calls) {
      if (now - call.began > MOST.toNanos()) {
        hangs(call);
      }
    }
  }

  /** What hangs now, one sentence each. */
  List<String> wrong() {
    List<String> wrong = new ArrayList<>();
    stuck.forEach((owner, times) ->
        wrong.add(
            owner
                + " hangs in a dialogue, "
                + (times == 1 ? "once" : times + " times")
                + "; its probes are not begun until it returns"));
    return wrong;
  }

  private void hangs(Call call) {
    synchronized (call) {
      if (call.stuck || !calls.contains(call)) {
        return;
      }
      call.stuck = true;
      stuck.merge(call.owner, 1, Integer::sum);
    }
    faults.count(call.owner);
    room(1);
    StackTraceElement[] stack = call.thread.getStackTrace();
    LOG.atError()
        .addKeyValue("type", call.owner.type())
        .addKeyValue("at", stack.length == 0 ? "" : stack[0])
        .log("a health check's dialogue does not return; another thread takes its place");
  }

  private void returned(Call call) {
    synchronized (call) {
      if (!call.stuck) {
        return;
      }
      stuck.computeIfPresent(call.owner, (owner, times) -> times == 1 ? null : times - 1);
    }
    room(-1);
    LOG.atInfo()
        .addKeyValue("type", call.owner.type())
        .addKeyValue("after_ms", Duration.ofNanos(ticker.nanos() - call.began).toMillis())
        .log("a health check's dialogue has returned after all");
  }

  private void room(int threadsMore) {
    synchronized (threads) {
      int size = threads.getCorePoolSize() + threadsMore;
      if (threadsMore > 0) {
        threads.setMaximumPoolSize(size);
        threads.setCorePoolSize(size);
      } else {
        threads.setCorePoolSize(size);
        threads.setMaximumPoolSize(size);
      }
    }
  }
}
