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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
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
   * @param stop completes when nobody wants the store any more
   * @return empty when that was before the store had answered
   * @throws StoreException when it cannot be, or must not be
   */
  static Optional<OpenStore> open(
      ControlSettings settings,
      Restored restored,
      ControlServer.Environment environment,
      CompletableFuture<?> stop,
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
    Optional<CatalogStore> opened =
        patiently(
            () ->
                CatalogStore.open(
                    keys, environment.clock(), environment.random(), settings.catalog().history()),
            environment.ticker(),
            stop);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    CatalogStore catalog = closing.with(opened.get(), CatalogStore::close);
    return restored == Restored.YES && !begunAnew(catalog, stop)
        ? Optional.empty()
        : Optional.of(new OpenStore(keys, catalog));
  }

  /** Whether the store has answered. */
  private static boolean begunAnew(CatalogStore catalog, CompletableFuture<?> stop) {
    Optional<Head> head = answer(catalog.beginEpoch(AUTHOR, "restored from a backup"), stop);
    head.ifPresent(begun ->
        LOG.atWarn()
            .addKeyValue("revision", begun.newest().revision())
            .log("the catalog goes on in a new epoch, as the store was restored"));
    return head.isPresent();
  }

  /** Asks a store that does not answer again for a time: a whole site may be starting. */
  private static Optional<CatalogStore> patiently(
      Supplier<CompletableFuture<CatalogStore>> ask, Ticker ticker, CompletableFuture<?> stop) {
    long begun = ticker.nanos();
    Duration pause = FIRST_PAUSE;
    while (true) {
      CompletableFuture<CatalogStore> asked = ask.get();
      try {
        Optional<CatalogStore> opened = answer(asked, stop);
        if (opened.isEmpty()) {
          // It may open all the same, while what it stands on is closed.
          var _ = asked.thenAccept(CatalogStore::close);
        }
        return opened;
      } catch (StoreException failed) {
        if (!silent(failed) || ticker.nanos() - begun > PATIENCE.toNanos()) {
          throw failed;
        }
        LOG.atWarn()
            .addKeyValue("reason", failed.getMessage())
            .addKeyValue("again_in_ms", pause.toMillis())
            .log("the store does not answer yet, and is asked again");
      }
      if (stoppedWithin(pause, stop)) {
        return Optional.empty();
      }
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
              ? LONGEST_PAUSE
              : pause.multipliedBy(2);
    }
  }

  private static boolean stoppedWithin(Duration pause, CompletableFuture<?> stop) {
    return stop.thenApply(_ -> true)
        .completeOnTimeout(false, pause.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  private static boolean silent(StoreException failed) {
    if (failed.getCause() instanceof TimeoutException) {
      return true;
    }
    Status.Code code = Status.fromThrowable(failed).getCode();
    return code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED;
  }

  /** Waits for an answer; empty when the stop came first. */
  private static <T> Optional<T> answer(CompletableFuture<T> stage, CompletableFuture<?> stop) {
    try {
      CompletableFuture.anyOf(stage, stop).join();
      return stage.isDone() ? Optional.of(stage.join()) : Optional.empty();
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
