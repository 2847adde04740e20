package io.sallyport.control.server;

import io.sallyport.control.store.CatalogStore;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the store now and then: whether it answers, and whether it has a newer catalog than its
 * watches have told of. Any thread.
 */
final class StoreWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreWatch.class);
  private static final long EVERY_SECONDS = 10;

  private final CatalogStore catalog;
  private final ScheduledFuture<?> asking;
  private volatile String trouble = "";

  StoreWatch(CatalogStore catalog, ScheduledExecutorService timers) {
    this.catalog = catalog;
    asking =
        timers.scheduleWithFixedDelay(this::ask, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  /** Why the store does not answer; empty when it does. */
  Optional<String> trouble() {
    return trouble.isEmpty() ? Optional.empty() : Optional.of(trouble);
  }

  private void ask() {
    catalog
        .newest()
        .whenComplete((head, failed) -> {
          if (failed == null) {
            if (!trouble.isEmpty()) {
              LOG.atInfo().log("the store answers again");
            }
            trouble = "";
            return;
          }
          Throwable cause = failed;
          while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
          }
          boolean news = trouble.isEmpty();
          trouble =
              "the store does not answer, and agents keep what they have: " + cause.getMessage();
          if (news) {
            LOG.atWarn().log(trouble);
          }
        });
  }

  @Override
  public void close() {
    asking.cancel(false);
  }
}
