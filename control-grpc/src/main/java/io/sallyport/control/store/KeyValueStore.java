package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * What a control plane needs of a store: linearizable reads, small transactions that compare and
 * write, and word of changes. Any thread; nothing blocks. A stage that completes exceptionally does
 * so with a {@link StoreException}.
 *
 * @since 0.1
 */
public interface KeyValueStore extends AutoCloseable {
  /** How many keys are read at one moment, and how many a transaction may compare or change. */
  int AT_ONCE = 128;

  /** How many bytes a transaction's keys and values may have. */
  int BYTES_AT_ONCE = 1_400_000;

  /** What stands under a key now. */
  CompletableFuture<Optional<Entry>> get(String key);

  /**
   * What stands under several keys, by key; a key that there is not is missing. Up to {@value
   * #AT_ONCE} keys are read at one moment; more are read in parts.
   */
  CompletableFuture<Map<String, Entry>> get(Collection<String> keys);

  /** The keys that begin so, in their order, with their versions; spares reading what they hold. */
  CompletableFuture<SortedMap<String, Long>> versions(String prefix);

  /** All entries whose keys begin so, in the order of their keys. */
  CompletableFuture<List<Entry>> list(String prefix);

  /**
   * Carries out a transaction if all of its conditions hold, wholly or not at all.
   *
   * <p>When the stage completes exceptionally, the transaction may have been carried out, or may
   * yet be.
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
   * A transaction; small enough for every store.
   *
   * @param conditions all of which must hold; at most {@value #AT_ONCE}
   * @param writes carried out together; at most {@value #AT_ONCE}, each of another key, with at
   *     most {@value #BYTES_AT_ONCE} bytes in all
   */
  record Transaction(List<Condition> conditions, List<Write> writes) {
    /** Copies the lists and checks the bounds. */
    public Transaction {
      conditions = List.copyOf(conditions);
      writes = List.copyOf(writes);
      if (conditions.size() > AT_ONCE || writes.size() > AT_ONCE) {
        throw new IllegalArgumentException(
            "a transaction with "
                + conditions.size()
                + " conditions and "
                + writes.size()
                + " writes; at most "
                + AT_ONCE
                + " of each");
      }
      if (writes.stream().map(Write::key).distinct().count() < writes.size()) {
        throw new IllegalArgumentException("a transaction that writes a key twice");
      }
      long bytes = writes.stream().mapToLong(Write::bytes).sum();
      if (bytes > BYTES_AT_ONCE) {
        throw new IllegalArgumentException(
            "a transaction of " + bytes + " bytes; at most " + BYTES_AT_ONCE);
      }
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

    /** How many bytes it has. */
    default int bytes() {
      return switch (this) {
        case Put put -> put.key.length() + put.value.size();
        case Delete delete -> delete.key.length();
      };
    }

    /** Sets a value. */
    record Put(String key, ByteString value) implements Write {}

    /** Takes a key away. */
    record Delete(String key) implements Write {}
  }
}
