package io.sallyport.control.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.Client;
import io.sallyport.control.store.KeyValueStore.Entry;
import io.sallyport.control.store.KeyValueStore.Transaction;
import io.sallyport.control.store.KeyValueStore.Write;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store in etcd. */
class EtcdStoreTest extends KeyValueStoreContract {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir static Path directory;
  private static EtcdServer etcd;
  private EtcdStore store;

  @BeforeAll
  static void startEtcd() throws Exception {
    etcd = EtcdServer.start(directory);
  }

  @AfterAll
  static void endEtcd() throws Exception {
    if (etcd != null) {
      etcd.kill();
    }
  }

  @BeforeEach
  void emptyStore() throws Exception {
    store = EtcdStore.of(etcd.settings(PATIENCE));
    List<String> keys = List.copyOf(of(store.versions("")).keySet());
    for (int from = 0; from < keys.size(); from += AT_ONCE) {
      of(
          store.commit(
              new Transaction(
                  List.of(),
                  keys.subList(from, Math.min(keys.size(), from + AT_ONCE)).stream()
                      .map(key -> (Write) new Write.Delete(key))
                      .toList())));
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  KeyValueStore store() {
    return store;
  }

  private static final int AT_ONCE = KeyValueStore.AT_ONCE;

  @Test
  void anEtcdThatIsAwayIsNamed() throws Exception {
    URI nobody = URI.create("http://127.0.0.1:" + EtcdServer.freePort());
    try (EtcdStore away =
        EtcdStore.of(
            new EtcdSettings(
                List.of(nobody),
                "/test/",
                Optional.empty(),
                Optional.empty(),
                Duration.ofMillis(500),
                Duration.ofSeconds(2)))) {
      assertThatThrownBy(() -> of(away.get("a")))
          .hasCauseInstanceOf(StoreException.class)
          .hasMessageContaining("etcd at " + nobody + " cannot read a: ");
    }
  }

  @Test
  void theKeysOfAnotherPrefixAreNotOurs() throws Exception {
    EtcdSettings ours = etcd.settings(PATIENCE);
    try (EtcdStore other =
        EtcdStore.of(
            new EtcdSettings(
                ours.endpoints(),
                "/test2/",
                Optional.empty(),
                Optional.empty(),
                ours.timeout(),
                ours.presence()))) {
      put(other, "a", "theirs");
      put(store, "a", "ours");

      assertThat(of(other.get("a")).orElseThrow().value()).isEqualTo(value("theirs"));
      assertThat(of(store.list(""))).extracting(Entry::value).containsExactly(value("ours"));
      of(other.commit(new Transaction(List.of(), List.of(new Write.Delete("a")))));
    }
  }

  @Test
  void aWatchLosesNoNewsOverAnOutageAndACompaction() throws Exception {
    Semaphore told = new Semaphore(0);
    store.watch("w/", told::release);
    assertThat(told.tryAcquire(30, SECONDS)).isTrue();
    put(store, "w/1", "1");
    assertThat(told.tryAcquire(30, SECONDS)).isTrue();

    etcd.kill();
    etcd.start();
    // Written by somebody else, and compacted away before the watch is back.
    try (EtcdStore other = EtcdStore.of(etcd.settings(PATIENCE));
        Client client = Client.builder().endpoints(etcd.settings(PATIENCE).endpoints()).build()) {
      put(other, "w/1", "2");
      put(other, "w/1", "3");
      long version = of(other.get("w/1")).orElseThrow().version();
      client.getKVClient().compact(version).get(30, SECONDS);
    }
    assertThat(told.tryAcquire(30, SECONDS)).isTrue();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> told.tryAcquire(700, MILLISECONDS) ? Boolean.FALSE : Boolean.TRUE);

    put(store, "w/1", "4");
    assertThat(told.tryAcquire(30, SECONDS)).isTrue();
  }

  @Test
  void whatIsPresentGoesWithItsProcessAndComesBackAfterAnOutage() throws Exception {
    EtcdStore lost = EtcdStore.of(etcd.settings(Duration.ofSeconds(5)));
    lost.present("replica/b", value("here"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> of(store.get("replica/b")).isPresent());

    etcd.kill();
    etcd.wipe();
    etcd.start();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> of(store.get("replica/b")).map(Entry::value), Optional.of(value("here"))::equals);

    // Longer than the lease, and not written anew: it is renewed. A process that was held up for
    // as long may lose one.
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> {
          Optional<Entry> before = of(store.get("replica/b"));
          Thread.sleep(3000);
          return before.isPresent() && of(store.get("replica/b")).equals(before);
        });

    lost.loseTouch();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> of(store.get("replica/b")).isEmpty());
  }
}
