package io.sallyport.control.server;

import com.google.protobuf.ByteString;
import io.sallyport.control.store.KeyValueStore;
import io.sallyport.control.store.StoreException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** What several replicas share, in memory, as far as their presence needs it. */
final class MemoryStore implements KeyValueStore {
  private final SortedMap<String, Entry> entries = new ConcurrentSkipListMap<>();
  private final List<Watching> watches = new CopyOnWriteArrayList<>();
  private volatile boolean failing;

  private record Watching(String prefix, Runnable changed) {}

  void failing(boolean fails) {
    failing = fails;
  }

  /** Watchers look anew. */
  void stir() {
    watches.forEach(watch -> watch.changed.run());
  }

  private void put(String key, ByteString value) {
    entries.merge(
        key, new Entry(key, value, 1), (old, _) -> new Entry(key, value, old.version() + 1));
    tell(key);
  }

  private void tell(String key) {
    watches.stream()
        .filter(watch -> key.startsWith(watch.prefix))
        .forEach(watch -> watch.changed.run());
  }

  @Override
  public CompletableFuture<Optional<Entry>> get(String key) {
    return CompletableFuture.completedFuture(Optional.ofNullable(entries.get(key)));
  }

  @Override
  public CompletableFuture<Map<String, Entry>> get(Collection<String> keys) {
    return CompletableFuture.completedFuture(
        entries.entrySet().stream()
            .filter(entry -> keys.contains(entry.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  @Override
  public CompletableFuture<SortedMap<String, Long>> versions(String prefix) {
    SortedMap<String, Long> versions = new TreeMap<>();
    entries.values().stream()
        .filter(entry -> entry.key().startsWith(prefix))
        .forEach(entry -> versions.put(entry.key(), entry.version()));
    return CompletableFuture.completedFuture(versions);
  }

  @Override
  public CompletableFuture<List<Entry>> list(String prefix) {
    return failing
        ? CompletableFuture.failedFuture(new StoreException("the store is away"))
        : CompletableFuture.completedFuture(
            entries.values().stream().filter(entry -> entry.key().startsWith(prefix)).toList());
  }

  @Override
  public CompletableFuture<Boolean> commit(Transaction transaction) {
    throw new UnsupportedOperationException("nobody commits");
  }

  @Override
  public Watch watch(String prefix, Runnable changed) {
    Watching watching = new Watching(prefix, changed);
    watches.add(watching);
    changed.run();
    return () -> watches.remove(watching);
  }

  @Override
  public Presence present(String key, ByteString value) {
    put(key, value);
    return new Presence() {
      @Override
      public void update(ByteString other) {
        put(key, other);
      }

      @Override
      public void close() {
        entries.remove(key);
        tell(key);
      }
    };
  }

  @Override
  public void close() {}
}
