package io.sallyport.control.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.lease.LeaseGrantResponse;
import io.etcd.jetcd.options.PutOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value under a lease that is renewed three times in its life; where it ran out, or etcd was
 * away, a new lease is taken and the value written again. All state belongs to the scheduler's one
 * thread; at most one request is under way.
 */
final class EtcdPresence implements KeyValueStore.Presence {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdPresence.class);
  private static final long NO_LEASE = 0;
  private static final int RENEWALS = 3;
  private static final long RETRY_MILLIS = 500;

  private final Client client;
  private final ByteSequence key;
  private final Duration life;
  private final Duration timeout;
  private final ScheduledExecutorService scheduler;
  private final Consumer<EtcdPresence> gone;
  private ByteSequence value;
  private long lease = NO_LEASE;
  private @Nullable ScheduledFuture<?> next;
  private boolean written;
  private boolean busy;
  private boolean troubled;
  private volatile boolean closed;

  EtcdPresence(
      Client client,
      ByteSequence key,
      ByteSequence value,
      Duration life,
      Duration timeout,
      ScheduledExecutorService scheduler,
      Consumer<EtcdPresence> gone) {
    this.client = client;
    this.key = key;
    this.value = value;
    this.life = life;
    this.timeout = timeout;
    this.scheduler = scheduler;
    this.gone = gone;
  }

  void begin() {
    soon(this::step);
  }

  @Override
  public void update(ByteString replacement) {
    soon(() -> {
      value = ByteSequence.from(replacement);
      written = false;
      step();
    });
  }

  /** Returns once etcd knows, or after the time-out; then the lease runs out by itself. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    gone.accept(this);
    CompletableFuture<Void> left = new CompletableFuture<>();
    soon(() -> leave(left));
    left.completeOnTimeout(null, timeout.toMillis(), MILLISECONDS).join();
  }

  private void leave(CompletableFuture<Void> left) {
    if (lease == NO_LEASE) {
      left.complete(null);
      return;
    }
    client.getLeaseClient().revoke(lease).whenComplete((done, failed) -> left.complete(null));
  }

  /** Does what is to be done next. */
  private void step() {
    if (busy || closed) {
      return;
    }
    busy = true;
    if (lease == NO_LEASE) {
      ask(
          client.getLeaseClient().grant(life.toSeconds()).thenApply(LeaseGrantResponse::getID),
          id -> {
            lease = id;
            written = false;
            step();
          });
    } else if (!written) {
      ByteSequence writing = value;
      written = true;
      ask(
          client.getKVClient().put(key, writing, PutOption.builder().withLeaseId(lease).build()),
          done -> rest());
    } else {
      ask(client.getLeaseClient().keepAliveOnce(lease), done -> rest());
    }
  }

  /** All is well; unless the value changed meanwhile, until the lease has to be renewed. */
  private void rest() {
    troubled = false;
    if (written) {
      again(life.toMillis() / RENEWALS);
    } else {
      step();
    }
  }

  private <T> void ask(CompletableFuture<T> request, Consumer<T> then) {
    request
        .orTimeout(timeout.toMillis(), MILLISECONDS)
        .whenComplete((done, failed) ->
            soon(() -> {
              busy = false;
              if (closed) {
                return;
              }
              if (failed == null) {
                then.accept(done);
              } else {
                failed(failed);
              }
            }));
  }

  private void failed(Throwable why) {
    if (!troubled) {
      troubled = true;
      LOG.atWarn()
          .addKeyValue("key", key)
          .log("This process is not present in etcd, and tries again: {}", EtcdStore.reason(why));
    }
    lease = NO_LEASE;
    again(RETRY_MILLIS);
  }

  private void again(long millis) {
    if (next != null) {
      next.cancel(false);
    }
    next = scheduler.schedule(this::step, millis, MILLISECONDS);
  }

  private void soon(Runnable work) {
    try {
      scheduler.execute(work);
    } catch (RejectedExecutionException storeClosed) {
      LOG.trace("The store is closed");
    }
  }
}
