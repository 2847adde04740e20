package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import io.sallyport.control.store.EmbeddedFile.Restored;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in a file of this process's own.
 *
 * <p>A transaction is acknowledged once the disk has it: it survives the end of the process, and of
 * the machine, at any point. What is written while the disk is busy shares the next write. One
 * process at a time: the file is locked. A file that is damaged, or that lost what was
 * acknowledged, is refused and left as it is. When the disk refuses a write, the transactions that
 * it was for fail, and the file is opened and read anew for those that follow; when it took a write
 * and does not confirm it, everything fails until the process is started anew.
 *
 * <p>All of it happens on one thread of its own, which also calls watchers and completes stages: do
 * not block there.
 *
 * @since 0.1
 */
public final class EmbeddedStore implements KeyValueStore {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStore.class);
  private static final Duration RETENTION = Duration.ofSeconds(5);
  private static final int TOGETHER = 256;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path directory;
  private final Duration retention;
  private final BlockingQueue<Task<?>> tasks = new LinkedBlockingQueue<>();
  private final List<Watching> watches = new CopyOnWriteArrayList<>();
  private final TreeMap<String, Entry> presences = new TreeMap<>();
  private final Set<String> touched = new HashSet<>();
  private final Thread thread;
  private @Nullable StoreException stopped;
  private @Nullable EmbeddedFile file;
  private long presenceVersion;
  private boolean ended;
  // Guarded by this store's lock: no task is queued behind the one that closes.
  private boolean closed;

  private EmbeddedStore(Path directory, Duration retention, EmbeddedFile file) {
    this.directory = directory;
    this.retention = retention;
    this.file = file;
    thread = Thread.ofPlatform().name("sallyport-store").daemon(true).start(this::work);
  }

  /**
   * Opens the store in a directory; makes it when there is none. Blocks while it reads all of it.
   *
   * @throws StoreException when it is in use, is damaged, lacks what was acknowledged, or cannot be
   *     read
   */
  public static EmbeddedStore open(Path directory) {
    return open(directory, RETENTION);
  }

  static EmbeddedStore open(Path directory, Duration retention) {
    return new EmbeddedStore(
        directory, retention, EmbeddedFile.open(directory, retention, Restored.NO));
  }

  /**
   * Opens a store whose file an operator restored from a backup, or knows to have lost changes. The
   * catalog in it has to go on in a new epoch; see {@link CatalogStore#beginEpoch}.
   *
   * @throws StoreException when it is in use, is damaged, or cannot be read
   */
  public static EmbeddedStore openRestored(Path directory) {
    return new EmbeddedStore(
        directory, RETENTION, EmbeddedFile.open(directory, RETENTION, Restored.YES));
  }

  @Override
  public CompletableFuture<Optional<Entry>> get(String key) {
    return queue(() -> Optional.ofNullable(entry(key)));
  }

  @Override
  public CompletableFuture<Map<String, Entry>> get(Collection<String> keys) {
    List<String> wanted = List.copyOf(keys);
    return queue(() -> {
      Map<String, Entry> found = new HashMap<>();
      for (String key : wanted) {
        Entry entry = entry(key);
        if (entry != null) {
          found.put(key, entry);
        }
      }
      return found;
    });
  }

  @Override
  public CompletableFuture<SortedMap<String, Long>> versions(String prefix) {
    return queue(() -> {
      SortedMap<String, Long> versions = opened().versions(prefix);
      present(prefix).forEach((key, entry) -> versions.put(key, entry.version()));
      return versions;
    });
  }

  @Override
  public CompletableFuture<List<Entry>> list(String prefix) {
    return queue(() -> {
      TreeMap<String, Entry> entries = new TreeMap<>();
      opened().list(prefix).forEach(entry -> entries.put(entry.key(), entry));
      entries.putAll(present(prefix));
      return List.copyOf(entries.values());
    });
  }

  @Override
  public CompletableFuture<Boolean> commit(Transaction transaction) {
    return queue(() -> {
      for (Condition condition : transaction.conditions()) {
        Entry present = presences.get(condition.key());
        long version = present == null ? opened().version(condition.key()) : present.version();
        if (version != condition.version()) {
          return false;
        }
      }
      for (Write write : transaction.writes()) {
        opened().write(write);
        touched.add(write.key());
      }
      return true;
    });
  }

  @Override
  public Watch watch(String prefix, Runnable changed) {
    Watching watching = new Watching(prefix, changed);
    watches.add(watching);
    queue(() -> {
      watching.tell();
      return true;
    });
    return () -> watches.remove(watching);
  }

  @Override
  public Presence present(String key, ByteString value) {
    Presence presence = new OwnPresence(key);
    presence.update(value);
    return presence;
  }

  /** Waits until what was asked for is done; blocks. */
  @Override
  public void close() {
    watches.clear();
    synchronized (this) {
      if (!closed) {
        closed = true;
        tasks.add(
            new Task<>(
                () -> {
                  ended = true;
                  return true;
                },
                new CompletableFuture<>()));
      }
    }
    try {
      if (Thread.currentThread() != thread && !thread.join(PATIENCE)) {
        LOG.atWarn()
            .addKeyValue("directory", directory)
            .log("The store is still busy and closes later");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private <T> CompletableFuture<T> queue(Supplier<T> work) {
    Task<T> task = new Task<>(work, new CompletableFuture<>());
    synchronized (this) {
      if (!closed) {
        tasks.add(task);
        return task.done;
      }
    }
    task.done.completeExceptionally(new StoreException("the store is closed"));
    return task.done;
  }

  private void work() {
    List<Task<?>> batch = new ArrayList<>();
    while (!ended) {
      batch.clear();
      try {
        batch.add(tasks.take());
      } catch (InterruptedException nobodyDoes) {
        continue;
      }
      tasks.drainTo(batch, TOGETHER - 1);
      work(batch);
    }
    if (file != null) {
      try {
        file.close();
      } catch (RuntimeException lost) {
        LOG.atWarn()
            .setCause(lost)
            .addKeyValue("directory", directory)
            .log("The store did not close well");
      }
    }
  }

  private void work(List<Task<?>> batch) {
    touched.clear();
    List<Runnable> told = new ArrayList<>();
    try {
      for (Task<?> task : batch) {
        told.add(task.carriedOut());
      }
      if (file != null) {
        file.sync();
      }
    } catch (StoreException failed) {
      abandon(failed);
      batch.forEach(task -> task.done.completeExceptionally(failed));
      return;
    }
    told.forEach(Runnable::run);
    if (!touched.isEmpty()) {
      watches.stream().filter(watch -> watch.isOf(touched)).forEach(Watching::tell);
    }
  }

  private void abandon(StoreException failed) {
    LOG.atError()
        .addKeyValue("directory", directory)
        .log("The store failed: {}", failed.getMessage());
    EmbeddedFile broken = file;
    file = null;
    if (broken != null) {
      if (broken.unsure()) {
        stopped = failed;
      }
      try {
        broken.abandon();
      } catch (RuntimeException lost) {
        failed.addSuppressed(lost);
      }
    }
  }

  private EmbeddedFile opened() {
    EmbeddedFile there = file;
    if (stopped != null) {
      throw new StoreException(
          "the disk did not confirm a write, and what it holds is not known; restart the control"
              + " plane once the disk is sound",
          stopped);
    }
    if (there == null) {
      there = EmbeddedFile.open(directory, retention, Restored.NO);
      file = there;
      watches.forEach(Watching::tell);
    }
    return there;
  }

  private @Nullable Entry entry(String key) {
    Entry present = presences.get(key);
    return present == null ? opened().entry(key) : present;
  }

  private SortedMap<String, Entry> present(String prefix) {
    return presences.subMap(prefix, prefix + Character.MAX_VALUE);
  }

  /** One thing to do; tells how it went only once the disk has all that was written before. */
  private record Task<T>(Supplier<T> work, CompletableFuture<T> done) {
    Runnable carriedOut() {
      try {
        T result = work.get();
        return () -> done.complete(result);
      } catch (StoreException failed) {
        return () -> done.completeExceptionally(failed);
      } catch (RuntimeException failed) {
        throw new StoreException("the store failed: " + failed, failed);
      }
    }
  }

  private record Watching(String prefix, Runnable changed) {
    boolean isOf(Set<String> keys) {
      return keys.stream().anyMatch(key -> key.startsWith(prefix));
    }

    void tell() {
      try {
        changed.run();
      } catch (RuntimeException fault) {
        LOG.atError().setCause(fault).addKeyValue("prefix", prefix).log("A watcher failed");
      }
    }
  }

  /** This process is the only one that there is, so what is present is kept in memory. */
  private final class OwnPresence implements Presence {
    private final String key;
    private boolean gone;

    private OwnPresence(String key) {
      this.key = key;
    }

    @Override
    public void update(ByteString value) {
      queue(() -> {
        if (!gone) {
          presences.put(key, new Entry(key, value, ++presenceVersion));
          touched.add(key);
        }
        return true;
      });
    }

    @Override
    public void close() {
      queue(() -> {
        if (!gone) {
          gone = true;
          presences.remove(key);
          touched.add(key);
        }
        return true;
      });
    }
  }
}
