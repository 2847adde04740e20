package io.sallyport.control.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.OptionsUtil;
import io.etcd.jetcd.options.PutOption;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;

/**
 * A store in etcd, which several replicas of a control plane share.
 *
 * <p>Reads are linearizable. A request that fails for now is tried again until it has taken as long
 * as the settings allow; a transaction is not, as it may have been carried out. Lost connections
 * are made anew by themselves, with the certificates that the files hold then, watches with them,
 * which then tell once that something may have changed; so do compaction and an etcd that lost its
 * data.
 *
 * <p>Watchers are called by one thread of its own. Stages complete on threads of the etcd client's.
 *
 * @since 0.1
 */
public final class EtcdStore implements KeyValueStore {
  private static final int PAGE = 1000;

  private final EtcdSettings settings;
  private final EtcdConnection connection;
  private final Client client;
  private final KV keys;
  private final ScheduledThreadPoolExecutor scheduler;
  private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private EtcdStore(
      EtcdSettings settings, EtcdConnection connection, ScheduledThreadPoolExecutor scheduler) {
    this.settings = settings;
    this.connection = connection;
    this.client = connection.client();
    this.scheduler = scheduler;
    keys = client.getKVClient();
  }

  private static ScheduledThreadPoolExecutor scheduler() {
    ScheduledThreadPoolExecutor scheduler =
        new ScheduledThreadPoolExecutor(
            1, work -> Thread.ofPlatform().name("sallyport-etcd").daemon(true).unstarted(work));
    scheduler.setRemoveOnCancelPolicy(true);
    scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return scheduler;
  }

  /**
   * Makes a client; connects when it is first used.
   *
   * @throws StoreException when a file with a certificate or a key cannot be read
   */
  public static EtcdStore of(EtcdSettings settings) {
    ScheduledThreadPoolExecutor scheduler = scheduler();
    try {
      return new EtcdStore(settings, EtcdConnection.of(settings, scheduler), scheduler);
    } catch (RuntimeException unusable) {
      scheduler.shutdown();
      throw unusable;
    }
  }

  @Override
  public CompletableFuture<Optional<Entry>> get(String key) {
    return asked("read " + key, () -> keys.get(key(key)))
        .thenApply(answer -> answer.getKvs().stream().findFirst().map(this::entry));
  }

  @Override
  public CompletableFuture<Map<String, Entry>> get(Collection<String> wanted) {
    List<String> all = List.copyOf(wanted);
    CompletableFuture<Map<String, Entry>> found =
        CompletableFuture.completedFuture(new HashMap<>());
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      List<String> part = all.subList(from, Math.min(all.size(), from + AT_ONCE));
      found =
          found.thenCombine(
              together(part),
              (some, more) -> {
                some.putAll(more);
                return some;
              });
    }
    return found;
  }

  private CompletableFuture<Map<String, Entry>> together(List<String> part) {
    Op[] reads = part.stream().map(key -> Op.get(key(key), GetOption.DEFAULT)).toArray(Op[]::new);
    return asked("read " + part.size() + " keys", () -> keys.txn().Then(reads).commit())
        .thenApply(answer -> {
          Map<String, Entry> found = new HashMap<>();
          for (GetResponse one : answer.getGetResponses()) {
            for (KeyValue value : one.getKvs()) {
              Entry entry = entry(value);
              found.put(entry.key(), entry);
            }
          }
          return found;
        });
  }

  @Override
  public CompletableFuture<SortedMap<String, Long>> versions(String prefix) {
    return pages(prefix, GetOption.builder().withKeysOnly(true))
        .thenApply(values -> {
          SortedMap<String, Long> versions = new TreeMap<>();
          values.forEach(value -> versions.put(name(value), value.getModRevision()));
          return versions;
        });
  }

  @Override
  public CompletableFuture<List<Entry>> list(String prefix) {
    return pages(prefix, GetOption.builder())
        .thenApply(values -> values.stream().map(this::entry).toList());
  }

  /** All values under a prefix as they are at one moment, a page at a time. */
  private CompletableFuture<List<KeyValue>> pages(String prefix, GetOption.Builder option) {
    option
        .withRange(after(prefix))
        .withLimit(PAGE)
        .withSortField(GetOption.SortTarget.KEY)
        .withSortOrder(GetOption.SortOrder.ASCEND);
    return page(prefix, key(prefix), option, new ArrayList<>());
  }

  private CompletableFuture<List<KeyValue>> page(
      String prefix, ByteSequence from, GetOption.Builder option, List<KeyValue> before) {
    return asked("list " + prefix, () -> keys.get(from, option.build()))
        .thenCompose(answer -> {
          before.addAll(answer.getKvs());
          if (!answer.isMore()) {
            return CompletableFuture.completedFuture(before);
          }
          ByteSequence next =
              before.getLast().getKey().concat(ByteSequence.from(ByteString.copyFrom(new byte[1])));
          return page(prefix, next, option.withRevision(answer.getHeader().getRevision()), before);
        });
  }

  @Override
  public CompletableFuture<Boolean> commit(Transaction transaction) {
    Cmp[] conditions =
        transaction.conditions().stream()
            .map(condition ->
                new Cmp(
                    key(condition.key()), Cmp.Op.EQUAL, CmpTarget.modRevision(condition.version())))
            .toArray(Cmp[]::new);
    Op[] writes = transaction.writes().stream().map(this::write).toArray(Op[]::new);
    return asked(
            "write " + writes.length + " keys",
            () -> keys.txn().If(conditions).Then(writes).commit())
        .thenApply(TxnResponse::isSucceeded);
  }

  private Op write(Write write) {
    return switch (write) {
      case Write.Put(String key, ByteString value) ->
          Op.put(key(key), ByteSequence.from(value), PutOption.DEFAULT);
      case Write.Delete(String key) -> Op.delete(key(key), DeleteOption.DEFAULT);
    };
  }

  @Override
  public Watch watch(String prefix, Runnable changed) {
    EtcdWatch watch =
        new EtcdWatch(client.getWatchClient(), key(prefix), after(prefix), changed, scheduler);
    open.add(watch);
    watch.begin();
    return () -> {
      open.remove(watch);
      watch.close();
    };
  }

  @Override
  public Presence present(String key, ByteString value) {
    EtcdPresence presence =
        new EtcdPresence(
            client,
            key(key),
            ByteSequence.from(value),
            settings.presence(),
            settings.timeout(),
            scheduler,
            open::remove);
    open.add(presence);
    presence.begin();
    return presence;
  }

  /** Blocks for as long as it takes to tell etcd, within the time-out. */
  @Override
  public void close() {
    closed = true;
    for (AutoCloseable each : open) {
      try {
        each.close();
      } catch (Exception neverThrown) {
        throw new IllegalStateException(neverThrown);
      }
    }
    scheduler.shutdown();
    connection.close();
  }

  /** Does nothing any more, as a process that ended; for tests. */
  void loseTouch() {
    scheduler.shutdownNow();
    connection.close();
  }

  private <T> CompletableFuture<T> asked(String what, Supplier<CompletableFuture<T>> request) {
    if (closed) {
      return CompletableFuture.failedFuture(new StoreException("the store is closed"));
    }
    CompletableFuture<T> answer;
    try {
      answer = request.get();
    } catch (RuntimeException refused) {
      answer = CompletableFuture.failedFuture(refused);
    }
    return answer
        .orTimeout(settings.timeout().toMillis() * 2, MILLISECONDS)
        .handle((done, failed) -> {
          if (failed != null) {
            throw new StoreException(
                settings.where() + " cannot " + what + ": " + reason(failed), said(failed));
          }
          return done;
        });
  }

  static String reason(Throwable failed) {
    Throwable cause = said(failed);
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  /**
   * What truly failed: of a request that was not made because its user could not be told to etcd,
   * the telling.
   */
  private static Throwable said(Throwable failed) {
    Throwable cause = failed;
    while (cause.getCause() != null
        && (cause instanceof CompletionException
            || (cause instanceof StatusRuntimeException refused
                && refused.getStatus().getCode() == Status.Code.UNAUTHENTICATED))) {
      cause = cause.getCause();
    }
    return cause;
  }

  private Entry entry(KeyValue value) {
    return new Entry(
        name(value), ByteString.copyFrom(value.getValue().getBytes()), value.getModRevision());
  }

  private String name(KeyValue value) {
    return value.getKey().toString().substring(settings.prefix().length());
  }

  private ByteSequence key(String key) {
    return bytes(settings.prefix() + key);
  }

  /** The end of what begins so. */
  private ByteSequence after(String prefix) {
    return OptionsUtil.prefixEndOf(key(prefix));
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(ByteString.copyFromUtf8(text));
  }
}
