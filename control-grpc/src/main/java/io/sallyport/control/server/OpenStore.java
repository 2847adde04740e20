package io.sallyport.control.server;

import io.grpc.Status;
import io.sallyport.api.plugin.Ticker;
import io.sallyport.control.server.ControlServer.Restored;
import io.sallyport.control.store.CatalogStore;
import io.sallyport.control.store.EmbeddedStore;
import io.sallyport.control.store.EtcdSettings;
import io.sallyport.control.store.EtcdStore;
import io.sallyport.control.store.Head;
import io.sallyport.control.store.KeyValueStore;
import io.sallyport.control.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A store with its catalog, open. */
record OpenStore(KeyValueStore keys, CatalogStore catalog) {
  private static final Logger LOG = LoggerFactory.getLogger(OpenStore.class);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final String AUTHOR = "sallyport control --restored";

  /**
   * Opens what the settings say. Blocks.
   *
   * @throws StoreException when it cannot be, or must not be
   */
  static OpenStore open(
      ControlSettings settings,
      Restored restored,
      ControlServer.Environment environment,
      Closing closing) {
    KeyValueStore keys =
        switch (settings.catalog().store()) {
          case ControlSettings.Store.Embedded() ->
              switch (restored) {
                case NO -> EmbeddedStore.open(settings.stateDirectory());
                case YES -> EmbeddedStore.openRestored(settings.stateDirectory());
              };
          case ControlSettings.Store.Etcd(EtcdSettings etcd) -> EtcdStore.of(etcd);
        };
    closing.with(keys, KeyValueStore::close);
    CatalogStore catalog =
        closing.with(
            patiently(
                () ->
                    CatalogStore.open(
                        keys,
                        environment.clock(),
                        environment.random(),
                        settings.catalog().history()),
                environment.ticker()),
            CatalogStore::close);
    if (restored == Restored.YES) {
      Head head = answer(catalog.beginEpoch(AUTHOR, "restored from a backup"));
      LOG.atWarn()
          .addKeyValue("revision", head.newest().revision())
          .log("the catalog goes on in a new epoch, as the store was restored");
    }
    return new OpenStore(keys, catalog);
  }

  /** Asks a store that does not answer again for a time: a whole site may be starting. */
  private static <T> T patiently(Supplier<CompletableFuture<T>> ask, Ticker ticker) {
    long begun = ticker.nanos();
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        return answer(ask.get());
      } catch (StoreException failed) {
        if (!silent(failed) || ticker.nanos() - begun > PATIENCE.toNanos()) {
          throw failed;
        }
        LOG.atWarn()
            .addKeyValue("reason", failed.getMessage())
            .addKeyValue("again_in_ms", pause.toMillis())
            .log("the store does not answer yet, and is asked again");
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new StoreException("stopped before the store answered", stopped);
      }
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
              ? LONGEST_PAUSE
              : pause.multipliedBy(2);
    }
  }

  private static boolean silent(StoreException failed) {
    if (failed.getCause() instanceof TimeoutException) {
      return true;
    }
    Status.Code code = Status.fromThrowable(failed).getCode();
    return code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED;
  }

  private static <T> T answer(CompletableFuture<T> stage) {
    try {
      return stage.join();
    } catch (CompletionException failed) {
      Throwable cause = failed;
      while (cause instanceof CompletionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw cause instanceof StoreException refused
          ? refused
          : new StoreException("the store failed: " + cause.getMessage(), cause);
    }
  }
}
