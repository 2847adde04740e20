package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/** Does what another store does; tests change a part of it. */
class DelegatingStore implements KeyValueStore {
  final KeyValueStore store;

  DelegatingStore(KeyValueStore store) {
    this.store = store;
  }

  @Override
  public CompletableFuture<Optional<Entry>> get(String key) {
    return store.get(key);
  }

  @Override
  public CompletableFuture<Map<String, Entry>> get(Collection<String> keys) {
    return store.get(keys);
  }

  @Override
  public CompletableFuture<SortedMap<String, Long>> versions(String prefix) {
    return store.versions(prefix);
  }

  @Override
  public CompletableFuture<List<Entry>> list(String prefix) {
    return store.list(prefix);
  }

  @Override
  public CompletableFuture<Boolean> commit(Transaction transaction) {
    return store.commit(transaction);
  }

  @Override
  public Watch watch(String prefix, Runnable changed) {
    return store.watch(prefix, changed);
  }

  @Override
  public Presence present(String key, ByteString value) {
    return store.present(key, value);
  }

  @Override
  public void close() {}
}
