package io.sallyport.control.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchResponse;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch that goes on whatever happens to etcd.
 *
 * <pre>
 *   waiting ──begin──► asked ──created: tell──► watching ──event: tell──┐
 *      ▲                 │                          │  ▲───────────────┘
 *      └──── a while ────┴──── error, end ──────────┘
 * </pre>
 *
 * Each new beginning watches from the present on and tells once, since anything may have happened
 * before it. All state belongs to the scheduler's one thread.
 */
final class EtcdWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);
  private static final long FIRST_MILLIS = 100;
  private static final long MOST_MILLIS = 5000;

  private final Watch watches;
  private final ByteSequence from;
  private final ByteSequence to;
  private final Runnable changed;
  private final ScheduledExecutorService scheduler;
  private Watch.@Nullable Watcher watcher;
  private int attempt;
  private long waitMillis = FIRST_MILLIS;
  private volatile boolean closed;

  EtcdWatch(
      Watch watches,
      ByteSequence from,
      ByteSequence to,
      Runnable changed,
      ScheduledExecutorService scheduler) {
    this.watches = watches;
    this.from = from;
    this.to = to;
    this.changed = changed;
    this.scheduler = scheduler;
  }

  void begin() {
    soon(this::attempt);
  }

  @Override
  public void close() {
    closed = true;
    soon(this::drop);
  }

  private void attempt() {
    if (closed) {
      return;
    }
    drop();
    int current = ++attempt;
    try {
      watcher =
          watches.watch(
              from,
              WatchOption.builder()
                  .withRange(to)
                  .withCreateNotify(true)
                  .withRequireLeader(true)
                  .build(),
              new Listener(current));
    } catch (RuntimeException refused) {
      ended(current, refused);
    }
  }

  private void drop() {
    Watch.Watcher old = watcher;
    watcher = null;
    attempt++;
    if (old != null) {
      old.close();
    }
  }

  private void told(int of) {
    if (closed || of != attempt) {
      return;
    }
    waitMillis = FIRST_MILLIS;
    try {
      changed.run();
    } catch (RuntimeException fault) {
      LOG.atError().setCause(fault).addKeyValue("prefix", from).log("A watcher failed");
    }
  }

  private void ended(int of, @Nullable Throwable why) {
    if (closed || of != attempt) {
      return;
    }
    attempt++;
    if (waitMillis == FIRST_MILLIS) {
      LOG.atWarn()
          .addKeyValue("prefix", from)
          .log(
              "A watch of etcd ended and is begun anew: {}",
              why == null ? "etcd ended it" : EtcdStore.reason(why));
    }
    scheduler.schedule(this::attempt, waitMillis, MILLISECONDS);
    waitMillis = Math.min(2 * waitMillis, MOST_MILLIS);
  }

  private void soon(Runnable work) {
    try {
      scheduler.execute(work);
    } catch (RejectedExecutionException storeClosed) {
      LOG.trace("The store is closed");
    }
  }

  /** What one attempt hears; of an attempt that is over, nothing counts. */
  private final class Listener implements Watch.Listener {
    private final int of;

    private Listener(int of) {
      this.of = of;
    }

    @Override
    public void onNext(WatchResponse response) {
      soon(() -> told(of));
    }

    @Override
    public void onError(Throwable failed) {
      soon(() -> ended(of, failed));
    }

    @Override
    public void onCompleted() {
      soon(() -> ended(of, null));
    }
  }
}
