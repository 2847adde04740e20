package io.sallyport.control.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.sallyport.control.store.KeyValueStore.Condition;
import io.sallyport.control.store.KeyValueStore.Entry;
import io.sallyport.control.store.KeyValueStore.Transaction;
import io.sallyport.control.store.KeyValueStore.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What every store does. */
abstract class KeyValueStoreContract {
  /** The store under test; empty at the start of each test. */
  abstract KeyValueStore store();

  static ByteString value(String text) {
    return ByteString.copyFromUtf8(text);
  }

  static <T> T of(CompletableFuture<T> stage) throws Exception {
    return stage.get(60, SECONDS);
  }

  static boolean put(KeyValueStore store, String key, String text) throws Exception {
    return of(store.commit(new Transaction(List.of(), List.of(new Write.Put(key, value(text))))));
  }

  @Test
  void whatWasWrittenIsRead() throws Exception {
    assertThat(of(store().get("a"))).isEmpty();

    put(store(), "a", "1");
    Entry first = of(store().get("a")).orElseThrow();
    put(store(), "a", "2");
    Entry second = of(store().get("a")).orElseThrow();

    assertThat(first.value()).isEqualTo(value("1"));
    assertThat(first.version()).isPositive();
    assertThat(second.value()).isEqualTo(value("2"));
    assertThat(second.version()).isGreaterThan(first.version());
  }

  @Test
  void emptyValuesAreValues() throws Exception {
    put(store(), "a", "");

    assertThat(of(store().get("a")).orElseThrow().value()).isEqualTo(ByteString.EMPTY);
  }

  @Test
  void aTransactionHappensWhollyOrNotAtAll() throws Exception {
    put(store(), "a", "1");
    long version = of(store().get("a")).orElseThrow().version();
    List<Write> writes =
        List.of(new Write.Put("b", value("2")), new Write.Delete("a"), new Write.Delete("none"));

    assertThat(
            of(store().commit(new Transaction(List.of(new Condition("a", version + 1)), writes))))
        .isFalse();
    assertThat(
            of(
                store()
                    .commit(
                        new Transaction(
                            List.of(new Condition("a", version), new Condition("a2", version)),
                            writes))))
        .isFalse();
    assertThat(of(store().list(""))).extracting(Entry::key).containsExactly("a");

    assertThat(
            of(
                store()
                    .commit(
                        new Transaction(
                            List.of(new Condition("a", version), new Condition("b", 0)), writes))))
        .isTrue();
    assertThat(of(store().list(""))).extracting(Entry::key).containsExactly("b");
  }

  @Test
  void aKeyThatComesBackHasANewVersion() throws Exception {
    put(store(), "a", "1");
    long version = of(store().get("a")).orElseThrow().version();
    of(store().commit(new Transaction(List.of(), List.of(new Write.Delete("a")))));
    put(store(), "a", "1");

    assertThat(of(store().get("a")).orElseThrow().version()).isGreaterThan(version);
  }

  @Test
  void ofManyWhoWriteAtOnceEachConditionLetsOneThrough() throws Exception {
    List<CompletableFuture<Boolean>> all = new ArrayList<>();
    for (int writer = 0; writer < 50; writer++) {
      all.add(
          store()
              .commit(
                  new Transaction(
                      List.of(new Condition("a", 0)),
                      List.of(new Write.Put("a", value(String.valueOf(writer)))))));
    }
    long through = 0;
    for (CompletableFuture<Boolean> one : all) {
      through += of(one) ? 1 : 0;
    }

    assertThat(through).isEqualTo(1);
  }

  @Test
  void keysAreListedInTheirOrderByWhatTheyBeginWith() throws Exception {
    for (String key : List.of("b/2", "a", "b/10", "b", "c", "b0", "b/1")) {
      put(store(), key, key);
    }

    assertThat(of(store().list("b/"))).extracting(Entry::key).containsExactly("b/1", "b/10", "b/2");
    assertThat(of(store().list("b/")))
        .extracting(Entry::value)
        .containsExactly(value("b/1"), value("b/10"), value("b/2"));
    assertThat(of(store().versions("b/")))
        .containsOnlyKeys("b/1", "b/10", "b/2")
        .containsEntry("b/1", of(store().get("b/1")).orElseThrow().version());
  }

  @Test
  void thousandsOfKeysAreListedAndRead() throws Exception {
    List<String> keys = IntStream.range(10_000, 12_500).mapToObj(i -> "many/" + i).toList();
    List<CompletableFuture<Boolean>> written = new ArrayList<>();
    for (int from = 0; from < keys.size(); from += 100) {
      written.add(
          store()
              .commit(
                  new Transaction(
                      List.of(),
                      keys.subList(from, from + 100).stream()
                          .map(key -> (Write) new Write.Put(key, value("v" + key)))
                          .toList())));
    }
    for (CompletableFuture<Boolean> one : written) {
      of(one);
    }

    assertThat(of(store().list("many/"))).extracting(Entry::key).isEqualTo(keys);
    assertThat(List.copyOf(of(store().versions("many/")).keySet())).isEqualTo(keys);
    assertThat(of(store().get(keys))).hasSize(2500);
    assertThat(of(store().get(List.of("many/10007", "no"))))
        .containsOnlyKeys("many/10007")
        .extractingByKey("many/10007")
        .extracting(Entry::value)
        .isEqualTo(value("vmany/10007"));
  }

  @Test
  void aLargeTransactionIsTakenAndOneThatIsTooLargeIsRefused() throws Exception {
    ByteString megabyte = ByteString.copyFrom(new byte[1_000_000]);
    assertThat(
            of(
                store()
                    .commit(new Transaction(List.of(), List.of(new Write.Put("large", megabyte))))))
        .isTrue();
    assertThat(of(store().get("large")).orElseThrow().value()).isEqualTo(megabyte);

    assertThatThrownBy(() ->
            new Transaction(
                List.of(), List.of(new Write.Put("a", megabyte), new Write.Put("b", megabyte))))
        .hasMessage("a transaction of 2000002 bytes; at most 1400000");
    assertThatThrownBy(() ->
            new Transaction(
                List.of(),
                IntStream.range(0, 129).mapToObj(i -> (Write) new Write.Delete("k" + i)).toList()))
        .hasMessage("a transaction with 0 conditions and 129 writes; at most 128 of each");
    assertThatThrownBy(
            () -> new Transaction(List.of(), List.of(new Write.Delete("a"), new Write.Delete("a"))))
        .hasMessage("a transaction that writes a key twice");
  }

  @Test
  void aWatchTellsOnceAtTheStartAndAfterEachChangeUnderItsPrefix() throws Exception {
    Semaphore told = new Semaphore(0);
    KeyValueStore.Watch watch = store().watch("w/", told::release);
    assertThat(told.tryAcquire(60, SECONDS)).isTrue();

    put(store(), "w/1", "1");
    assertThat(told.tryAcquire(60, SECONDS)).isTrue();
    of(store().commit(new Transaction(List.of(), List.of(new Write.Delete("w/1")))));
    assertThat(told.tryAcquire(60, SECONDS)).isTrue();

    watch.close();
    // A watch whose connection was made anew has told once more.
    told.drainPermits();
    put(store(), "w/2", "2");
    put(store(), "x/1", "1");
    assertThat(told.tryAcquire(300, java.util.concurrent.TimeUnit.MILLISECONDS)).isFalse();
  }

  @Test
  void whatIsPresentIsSeenUntilItLeaves() throws Exception {
    Semaphore told = new Semaphore(0);
    store().watch("replica/", told::release);
    KeyValueStore.Presence presence = store().present("replica/a", value("1"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> of(store().get("replica/a")).map(Entry::value), Optional.of(value("1"))::equals);

    presence.update(value("2"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> of(store().get("replica/a")).map(Entry::value), Optional.of(value("2"))::equals);
    assertThat(of(store().list("replica/"))).extracting(Entry::key).containsExactly("replica/a");
    assertThat(told.tryAcquire(2, 30, SECONDS)).isTrue();

    presence.close();
    assertThat(of(store().get("replica/a"))).isEmpty();
    assertThat(of(store().versions("replica/"))).isEmpty();
  }

  @Test
  void whenItIsClosedEverythingFails() {
    store().close();

    assertThatThrownBy(() -> of(store().get("a")))
        .hasCauseInstanceOf(StoreException.class)
        .hasMessageContaining("the store is closed");
  }
}
