package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import io.sallyport.control.store.KeyValueStore.Entry;
import io.sallyport.control.store.KeyValueStore.Write;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;

/**
 * The file of an embedded store, open, and locked against every other process. Used by one thread.
 */
final class EmbeddedFile implements AutoCloseable {
  private static final String NAME = "catalog.mv";
  private static final String WITNESS = "catalog.witness";
  private static final String SEQUENCE = "sequence";
  // A change of one value rewrites the page it is on; small pages keep that small.
  private static final int PAGE_BYTES = 4096;
  private static final int CACHE_MIB = 8;
  private static final int COMPACT_EVERY = 128;
  private static final int COMPACT_BELOW_PERCENT = 50;
  private static final int COMPACT_BYTES = 2 << 20;

  private final Path file;
  private final MVStore store;
  private final MVMap<String, byte[]> cells;
  private final MVMap<String, byte[]> state;
  private final Witness witness;
  private long sequence;
  private int commits;
  private boolean unsynced;
  private boolean unsure;

  private EmbeddedFile(Path file, MVStore store, Witness witness) {
    this.file = file;
    this.store = store;
    this.witness = witness;
    cells = map(store, "entries");
    state = map(store, "state");
    byte[] counted = state.get(SEQUENCE);
    sequence = counted == null ? 0 : Cell.version(counted);
  }

  /**
   * Opens the file in a directory; makes both where they are missing, and reads all of what is
   * there.
   *
   * @param retention how long space that came free stays untouched
   * @param restored whether the file may be another one than this directory had last
   * @throws StoreException when it cannot be, or must not be
   */
  static EmbeddedFile open(Path directory, Duration retention, Restored restored) {
    Path file = directory.resolve(NAME);
    Path witnessed = directory.resolve(WITNESS);
    try {
      Files.createDirectories(directory);
      boolean there = Files.exists(file) && Files.size(file) > 0;
      OptionalLong acknowledged = Witness.told(witnessed);
      if (acknowledged.isEmpty() && there && restored == Restored.NO) {
        throw new StoreException(
            file
                + " has no witness beside it, as "
                + WITNESS
                + " is missing or damaged: if it was restored from a backup, start once with"
                + " --restored, so that revisions go on in a new epoch");
      }
      if (acknowledged.orElse(-1) == 0 && there) {
        discardUnused(file);
      }
      boolean anew = acknowledged.isEmpty() && !there;
      if (anew) {
        // First of all, so that a file without a witness is never one that a crash left half made.
        Witness.create(witnessed);
      }
      EmbeddedFile opened = opened(file, retention, witnessed);
      try {
        if (anew) {
          opened.witness.tell(0);
          forceDirectory(directory);
        }
        opened.verify(acknowledged.orElse(0), restored);
        return opened;
      } catch (IOException | RuntimeException refused) {
        opened.abandon();
        throw refused;
      }
    } catch (IOException failed) {
      throw new StoreException("cannot open the store in " + directory + ": " + failed, failed);
    }
  }

  /** Whether an operator says that the file was restored from a backup. */
  enum Restored {
    NO,
    YES
  }

  /** A crash while the file was made can leave it half made; nothing was ever promised of it. */
  private static void discardUnused(Path file) throws IOException {
    try (MVStore probe = new MVStore.Builder().fileName(file.toString()).readOnly().open()) {
      probe.getStoreVersion();
    } catch (MVStoreException broken) {
      if (broken.getErrorCode() != DataUtils.ERROR_FILE_LOCKED) {
        Files.delete(file);
      }
    }
  }

  /** Makes the names of new files last. */
  private static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static EmbeddedFile opened(Path file, Duration retention, Path witnessed)
      throws IOException {
    MVStore store;
    try {
      store =
          new MVStore.Builder()
              .fileName(file.toString())
              .autoCommitDisabled()
              .autoCompactFillRate(0)
              .pageSplitSize(PAGE_BYTES)
              .cacheSize(CACHE_MIB)
              .open();
    } catch (MVStoreException refused) {
      throw unopened(file, refused);
    }
    try {
      store.setRetentionTime(Math.toIntExact(retention.toMillis()));
      store.setVersionsToKeep(0);
      return new EmbeddedFile(file, store, new Witness(witnessed));
    } catch (MVStoreException broken) {
      store.closeImmediately();
      throw unopened(file, broken);
    } catch (IOException | RuntimeException failed) {
      store.closeImmediately();
      throw failed;
    }
  }

  private static StoreException unopened(Path file, MVStoreException refused) {
    return switch (refused.getErrorCode()) {
      case DataUtils.ERROR_FILE_LOCKED ->
          new StoreException(
              file
                  + " is in use by another process: stop that one, or give this one a"
                  + " state-directory of its own",
              refused);
      case DataUtils.ERROR_READING_FAILED, DataUtils.ERROR_WRITING_FAILED ->
          // One that may be read and ends too early fails in the same way.
          Files.isReadable(file) && Files.isWritable(file)
              ? damaged(file, refused)
              : new StoreException("cannot open " + file + ": " + refused.getMessage(), refused);
      default -> damaged(file, refused);
    };
  }

  private static StoreException damaged(Path file, RuntimeException cause) {
    return new StoreException(
        file
            + " is damaged ("
            + cause.getMessage()
            + "); it is left as it is. Put a backup of it in its place and start once with"
            + " --restored, or move it and its witness away to begin with an empty catalog",
        cause);
  }

  private static MVMap<String, byte[]> map(MVStore store, String name) {
    return store.openMap(
        name,
        new MVMap.Builder<String, byte[]>()
            .keyType(StringDataType.INSTANCE)
            .valueType(ByteArrayDataType.INSTANCE));
  }

  private void verify(long acknowledged, Restored restored) {
    if (sequence < acknowledged && restored == Restored.NO) {
      throw new StoreException(
          file
              + " has lost changes that were acknowledged: it is at "
              + sequence
              + ", and was at "
              + acknowledged
              + ". Put a newer copy in its place; or, to go on with what is left, start once with"
              + " --restored, so that revisions go on in a new epoch");
    }
    try {
      Cursor<String, byte[]> all = cells.cursor(null);
      while (all.hasNext()) {
        Cell.check(all.next(), all.getValue());
      }
    } catch (StoreException | MVStoreException | IllegalStateException broken) {
      throw damaged(file, broken);
    }
    if (restored == Restored.YES) {
      try {
        witness.tell(sequence);
      } catch (IOException failed) {
        throw new StoreException("cannot write the witness of " + file + ": " + failed, failed);
      }
    }
  }

  /** What stands under a key. */
  @Nullable Entry entry(String key) {
    byte[] cell = cells.get(key);
    return cell == null ? null : Cell.entry(key, cell);
  }

  /** The version of a key; 0: there is no such key. */
  long version(String key) {
    byte[] cell = cells.get(key);
    return cell == null ? 0 : Cell.version(cell);
  }

  SortedMap<String, Long> versions(String prefix) {
    SortedMap<String, Long> versions = new TreeMap<>();
    Cursor<String, byte[]> from = cells.cursor(prefix);
    while (from.hasNext()) {
      String key = from.next();
      if (!key.startsWith(prefix)) {
        break;
      }
      versions.put(key, Cell.version(from.getValue()));
    }
    return versions;
  }

  List<Entry> list(String prefix) {
    List<Entry> entries = new ArrayList<>();
    Cursor<String, byte[]> from = cells.cursor(prefix);
    while (from.hasNext()) {
      String key = from.next();
      if (!key.startsWith(prefix)) {
        break;
      }
      entries.add(Cell.entry(key, from.getValue()));
    }
    return entries;
  }

  /** Writes; lasting once {@link #sync} returned. */
  void write(Write write) {
    unsynced = true;
    sequence++;
    switch (write) {
      case Write.Put(String key, ByteString value) -> cells.put(key, Cell.of(key, sequence, value));
      case Write.Delete(String key) -> cells.remove(key);
    }
  }

  /**
   * Returns once all that was written would survive a crash.
   *
   * @throws StoreException when it may not; the file then has to be abandoned
   */
  void sync() {
    if (!unsynced) {
      return;
    }
    try {
      state.put(SEQUENCE, Cell.of(SEQUENCE, sequence, ByteString.EMPTY));
      store.commit();
      unsure = true;
      store.sync();
      witness.tell(sequence);
      unsure = false;
      unsynced = false;
      if (++commits % COMPACT_EVERY == 0 && store.compact(COMPACT_BELOW_PERCENT, COMPACT_BYTES)) {
        store.sync();
      }
    } catch (IOException | RuntimeException failed) {
      throw new StoreException("cannot write " + file + ": " + failed.getMessage(), failed);
    }
  }

  /** Whether the disk took a write, and did not confirm that it would last. */
  boolean unsure() {
    return unsure;
  }

  /** Gives the file up as it is on disk. */
  void abandon() {
    store.closeImmediately();
    closeWitness();
  }

  @Override
  public void close() {
    store.close();
    closeWitness();
  }

  private void closeWitness() {
    try {
      witness.close();
    } catch (IOException lost) {
      throw new StoreException("cannot close the witness of " + file + ": " + lost, lost);
    }
  }
}
