package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a control plane needs of a store: linearizable reads, small transactions that compare and
 * write, and word of changes. Any thread; nothing blocks. A stage that completes exceptionally does
 * so with a {@link StoreException}.
 *
 * @since 0.1
 */
public interface KeyValueStore extends AutoCloseable {
  /** What stands under a key now. */
  CompletableFuture<Optional<Entry>> get(String key);

  /** All entries whose keys begin so, in the order of their keys. */
  CompletableFuture<List<Entry>> list(String prefix);

  /**
   * Carries out a transaction if all of its conditions hold, wholly or not at all.
   *
   * @return whether it did; true only once it would survive a crash
   */
  CompletableFuture<Boolean> commit(Transaction transaction);

  /**
   * Is told whenever something under a prefix may have changed, and once now. Repeated news may be
   * merged; none is lost, also not over an outage of the store.
   *
   * @param changed called by a thread of the store's; returns soon
   */
  Watch watch(String prefix, Runnable changed);

  /**
   * Puts a value that goes, some seconds later, when this process has ended or lost the store; it
   * comes back by itself when the store does. Telling it again replaces the value.
   */
  Presence present(String key, ByteString value);

  /** Ends all watches and presences. */
  @Override
  void close();

  /**
   * One key's value.
   *
   * @param version grows with each write of the key; greater than 0
   */
  record Entry(String key, ByteString value, long version) {}

  /** A watch; closing it ends it. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /** A presence; closing it takes the value away. */
  interface Presence extends AutoCloseable {
    /** Replaces the value. */
    void update(ByteString value);

    @Override
    void close();
  }

  /**
   * A transaction.
   *
   * @param conditions all of which must hold
   * @param writes carried out together
   */
  record Transaction(List<Condition> conditions, List<Write> writes) {
    /** Copies the lists. */
    public Transaction {
      conditions = List.copyOf(conditions);
      writes = List.copyOf(writes);
    }
  }

  /**
   * Holds while a key has a version.
   *
   * @param version as an {@link Entry} has it; 0: there is no such key
   */
  record Condition(String key, long version) {}

  /** A change of one key. */
  sealed interface Write {
    /** The key that is changed. */
    String key();

    /** Sets a value. */
    record Put(String key, ByteString value) implements Write {}

    /** Takes a key away. */
    record Delete(String key) implements Write {}
  }
}
