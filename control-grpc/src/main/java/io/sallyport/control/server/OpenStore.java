package io.sallyport.control.server;

import io.sallyport.control.server.ControlServer.Restored;
import io.sallyport.control.store.CatalogStore;
import io.sallyport.control.store.EmbeddedStore;
import io.sallyport.control.store.EtcdSettings;
import io.sallyport.control.store.EtcdStore;
import io.sallyport.control.store.Head;
import io.sallyport.control.store.KeyValueStore;
import io.sallyport.control.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A store with its catalog, open. */
record OpenStore(KeyValueStore keys, CatalogStore catalog) {
  private static final Logger LOG = LoggerFactory.getLogger(OpenStore.class);
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
            answer(
                CatalogStore.open(
                    keys, environment.clock(), environment.random(), settings.catalog().history())),
            CatalogStore::close);
    if (restored == Restored.YES) {
      Head head = answer(catalog.beginEpoch(AUTHOR, "restored from a backup"));
      LOG.atWarn()
          .addKeyValue("revision", head.newest().revision())
          .log("the catalog goes on in a new epoch, as the store was restored");
    }
    return new OpenStore(keys, catalog);
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
