package io.sallyport.control.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.sallyport.control.store.KeyValueStore.Entry;
import io.sallyport.control.store.KeyValueStore.Transaction;
import io.sallyport.control.store.KeyValueStore.Write;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store in a file. */
class EmbeddedStoreTest extends KeyValueStoreContract {
  private static final int KILLS = Integer.getInteger("sallyport.test.kills", 12);

  @TempDir Path directory;
  private EmbeddedStore store;

  @BeforeEach
  void open() {
    store = EmbeddedStore.open(directory.resolve("state"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  KeyValueStore store() {
    return store;
  }

  private Path state() {
    return directory.resolve("state");
  }

  private Path file() {
    return state().resolve("catalog.mv");
  }

  private Path witness() {
    return state().resolve("catalog.witness");
  }

  @Test
  void whatWasWrittenIsThereAfterARestart() throws Exception {
    put(store, "a", "1");
    Entry before = of(store.get("a")).orElseThrow();
    store.close();
    open();

    assertThat(of(store.get("a"))).contains(before);
    put(store, "b", "1");
    assertThat(of(store.get("b")).orElseThrow().version()).isGreaterThan(before.version());
  }

  @Test
  void aSecondOneIsKeptOut() throws Exception {
    put(store, "a", "1");

    assertThatThrownBy(() -> EmbeddedStore.open(state()))
        .isInstanceOf(StoreException.class)
        .hasMessage(
            file()
                + " is in use by another process: stop that one, or give this one a"
                + " state-directory of its own");
    assertThat(of(store.get("a"))).isPresent();
  }

  @Test
  void aSecondProcessIsKeptOut() throws Exception {
    Process other = filler(directory.resolve("elsewhere")).start();
    try (BufferedReader acknowledged = other.inputReader(UTF_8)) {
      assertThat(acknowledged.readLine()).isNotNull();
      assertThatThrownBy(() -> EmbeddedStore.open(directory.resolve("elsewhere")))
          .hasMessageContaining("is in use by another process");
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void damageAnywhereInTheFileIsToldAndTheFileLeftAsItIs() throws Exception {
    for (int i = 0; i < 300; i++) {
      put(store, "key/" + i, "the value of number " + i + " ".repeat(200));
    }
    store.close();
    byte[] sound = Files.readAllBytes(file());
    byte[] damaged = sound.clone();
    byte[] wanted = "the value of number 150 ".getBytes(UTF_8);
    int places = 0;
    for (int at = 0; at < damaged.length - wanted.length; at++) {
      if (matches(sound, at, wanted)) {
        damaged[at + 4] ^= 1;
        places++;
      }
    }
    assertThat(places).isPositive();
    Files.write(file(), damaged);

    assertThatThrownBy(() -> EmbeddedStore.open(state()))
        .isInstanceOf(StoreException.class)
        .hasMessage(
            file()
                + " is damaged (what is stored under key/150 is damaged); it is left as it is. Put"
                + " a backup of it in its place and start once with --restored, or move it and its"
                + " witness away to begin with an empty catalog");
    assertThat(Files.readAllBytes(file())).isEqualTo(damaged);

    Files.write(file(), sound);
    open();
    assertThat(of(store.list("key/"))).hasSize(300);
  }

  private static boolean matches(byte[] all, int at, byte[] wanted) {
    for (int i = 0; i < wanted.length; i++) {
      if (all[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  @Test
  void aFileThatIsSomethingElseIsToldAndLeftAsItIs() throws Exception {
    put(store, "a", "1");
    store.close();
    byte[] foreign = "not a store".repeat(1000).getBytes(UTF_8);
    Files.write(file(), foreign);

    assertThatThrownBy(() -> EmbeddedStore.open(state()))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith(file() + " is damaged (")
        .hasMessageContaining("Put a backup of it in its place and start once with --restored");
    assertThat(Files.readAllBytes(file())).isEqualTo(foreign);
  }

  @Test
  void aTruncatedFileIsTold() throws Exception {
    for (int i = 0; i < 50; i++) {
      put(store, "key/" + i, "x".repeat(1000));
    }
    store.close();
    byte[] whole = Files.readAllBytes(file());
    for (int kept : List.of(0, 1, 5000, whole.length / 2, whole.length - 5000)) {
      Files.write(file(), java.util.Arrays.copyOf(whole, kept));

      assertThatThrownBy(() -> EmbeddedStore.open(state()).close())
          .as("%s of %s bytes", kept, whole.length)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("--restored");
    }
  }

  @Test
  void anOlderCopyIsRefusedUnlessItIsSaidToBeRestored() throws Exception {
    put(store, "a", "1");
    store.close();
    byte[] older = Files.readAllBytes(file());
    open();
    put(store, "a", "2");
    put(store, "a", "3");
    store.close();
    Files.write(file(), older);

    assertThatThrownBy(() -> EmbeddedStore.open(state()))
        .isInstanceOf(StoreException.class)
        .hasMessage(
            file()
                + " has lost changes that were acknowledged: it is at 1, and was at 3. Put a newer"
                + " copy in its place; or, to go on with what is left, start once with --restored,"
                + " so that revisions go on in a new epoch");

    store = EmbeddedStore.openRestored(state());
    assertThat(of(store.get("a")).orElseThrow().value()).isEqualTo(value("1"));
    store.close();
    open();
    assertThat(of(store.get("a"))).isPresent();
  }

  @Test
  void aFileWithoutItsWitnessIsRefusedUnlessItIsSaidToBeRestored() throws Exception {
    put(store, "a", "1");
    store.close();
    Files.delete(witness());

    assertThatThrownBy(() -> EmbeddedStore.open(state()))
        .isInstanceOf(StoreException.class)
        .hasMessage(
            file()
                + " has no witness beside it, as catalog.witness is missing or damaged: if it was"
                + " restored from a backup, start once with --restored, so that revisions go on in"
                + " a new epoch");

    store = EmbeddedStore.openRestored(state());
    assertThat(of(store.get("a"))).isPresent();
  }

  @Test
  void aDirectoryThatCannotBeMadeIsTold() throws Exception {
    Path notOne = Files.writeString(directory.resolve("file"), "");

    assertThatThrownBy(() -> EmbeddedStore.open(notOne.resolve("state")))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith("cannot open the store in " + notOne.resolve("state") + ": ");
  }

  @Test
  void theFileStaysSmallHoweverOftenItIsWritten() throws Exception {
    store.close();
    store = EmbeddedStore.open(state(), Duration.ZERO);
    ByteString content = ByteString.copyFrom(new byte[2000]);
    for (int i = 0; i < 3000; i++) {
      store.commit(new Transaction(List.of(), List.of(new Write.Put("key/" + i % 100, content))));
      if (i % 10 == 0) {
        of(store.get("key/0"));
      }
    }
    of(store.get("key/0"));

    assertThat(Files.size(file())).isLessThan(8 << 20);
    store.close();
    open();
    assertThat(of(store.list("key/"))).hasSize(100);
  }

  @Test
  void noAcknowledgedCommitIsLostToKillsAndTheFileAlwaysOpens() throws Exception {
    Path killed = directory.resolve("killed");
    Random random = new Random(20261125);
    long acknowledged = 0;
    for (int round = 0; round < KILLS; round++) {
      Path said = directory.resolve("said-" + round);
      Process child = filler(killed).redirectOutput(said.toFile()).start();
      // By turns at any time, and while it commits for sure, however slowly it starts.
      if (round % 2 == 1) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> Files.size(said) > 0);
      }
      child.waitFor(100 + random.nextInt(1500), TimeUnit.MILLISECONDS);
      child.destroyForcibly();
      child.waitFor();
      acknowledged = Math.max(acknowledged, lastLine(said));

      try (EmbeddedStore survivor = EmbeddedStore.open(killed)) {
        long counted =
            of(survivor.get("count"))
                .map(entry -> Long.parseLong(entry.value().toStringUtf8()))
                .orElse(0L);
        assertThat(counted).as("round %s", round).isGreaterThanOrEqualTo(acknowledged);
        for (long number = Math.max(1, counted - 50); number <= counted; number++) {
          assertThat(of(survivor.get(StoreFiller.key(number))).map(Entry::value))
              .contains(StoreFiller.value(number));
        }
        acknowledged = counted;
      }
    }
    assertThat(acknowledged).isGreaterThan(KILLS);
  }

  private static long lastLine(Path said) throws IOException {
    long last = 0;
    for (String line : Files.readAllLines(said)) {
      if (line.endsWith(";")) {
        last = Long.parseLong(line.substring(0, line.length() - 1));
      }
    }
    return last;
  }

  private static ProcessBuilder filler(Path state) {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            StoreFiller.class.getName(),
            state.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT);
  }
}
