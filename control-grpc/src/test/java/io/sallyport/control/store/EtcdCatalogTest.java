package io.sallyport.control.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.store.Change.Outcome;
import io.sallyport.control.store.KeyValueStore.Transaction;
import io.sallyport.control.store.KeyValueStore.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A catalog in etcd. */
class EtcdCatalogTest extends CatalogStoreContract {
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
    store = EtcdStore.of(etcd.settings(Duration.ofSeconds(20)));
    List<String> keys = List.copyOf(of(store.versions("")).keySet());
    for (int from = 0; from < keys.size(); from += KeyValueStore.AT_ONCE) {
      of(
          store.commit(
              new Transaction(
                  List.of(),
                  keys.subList(from, Math.min(keys.size(), from + KeyValueStore.AT_ONCE)).stream()
                      .map(key -> (Write) new Write.Delete(key))
                      .toList())));
    }
  }

  @AfterEach
  void closeStore() {
    closeCatalogs();
    store.close();
  }

  @Override
  KeyValueStore store() {
    return store;
  }

  @Test
  void twoReplicasGoOnWhenEtcdIsKilledAndStartedAgain() throws Exception {
    EtcdStore second = EtcdStore.of(etcd.settings(Duration.ofSeconds(20)));
    try {
      CatalogStore one = open();
      CatalogStore two = open(second, 1000);
      committed(one, change(Revision.NONE, Map.of(service("a"), "0"), Set.of()));
      long number = 1;
      for (int round = 0; round < 3; round++) {
        CompletableFuture<Outcome> meanwhile =
            one.commit(change(revision(number), Map.of(service("a"), "during " + round), Set.of()));
        etcd.kill();
        etcd.start();
        Outcome outcome = meanwhile.handle((done, failed) -> failed == null ? done : null).get();

        // What was acknowledged is there; what failed may be.
        Revision newest = of(two.newest()).newest().revision();
        if (outcome instanceof Outcome.Committed) {
          assertThat(newest).isEqualTo(revision(number + 1));
        } else {
          assertThat(newest).isIn(revision(number), revision(number + 1));
        }
        number = newest.number();
        committed(one, change(revision(number), Map.of(service("a"), "after " + round), Set.of()));
        number++;
        Revision expected = revision(number);
        // By its watch alone.
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> two.head().newest().revision().equals(expected));
        assertThat(two.head()).isEqualTo(one.head());
      }
    } finally {
      second.close();
    }
  }
}
