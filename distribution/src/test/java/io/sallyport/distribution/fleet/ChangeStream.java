package io.sallyport.distribution.fleet;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.operate.client.ClientSettings;
import io.sallyport.control.operate.client.OperationsClient;
import io.sallyport.control.operate.client.OperationsException;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.ApplyHead;
import io.sallyport.control.v1.ApplyReply;
import io.sallyport.control.v1.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Operators who change their services one after the other, all at the same time, through the
 * operators' own client, whatever becomes of the control plane. A change that was not acknowledged
 * is not tried again: the next one takes its place.
 */
final class ChangeStream implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(15);

  private final ClientSettings settings;
  private final BiFunction<String, Integer, Resource> content;
  private final Ledger ledger = new Ledger();
  private final AtomicInteger number = new AtomicInteger();
  private final List<Thread> operators = new ArrayList<>();
  private volatile boolean ending;

  private ChangeStream(ClientSettings settings, BiFunction<String, Integer, Resource> content) {
    this.settings = settings;
    this.content = content;
  }

  /**
   * Begins.
   *
   * @param services those of each operator
   * @param content what a service is like after the change of a number
   */
  static ChangeStream start(
      ClientSettings settings,
      List<List<String>> services,
      BiFunction<String, Integer, Resource> content) {
    ChangeStream made = new ChangeStream(settings, content);
    for (List<String> own : services) {
      made.operators.add(
          Thread.ofPlatform().daemon().name("changes of " + own).start(() -> made.run(own)));
    }
    return made;
  }

  /** How a change is marked in the history. */
  static String comment(int change) {
    return "change " + change;
  }

  Ledger ledger() {
    return ledger;
  }

  @Override
  public void close() {
    ending = true;
    try {
      for (Thread operator : operators) {
        operator.join();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(List<String> services) {
    OperationsClient client = null;
    while (!ending) {
      try {
        if (client == null) {
          client = OperationsClient.connect(settings);
        }
        int change = number.incrementAndGet();
        apply(client, change, services.get(change % services.size()));
      } catch (OperationsException gone) {
        close(client);
        client = null;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    close(client);
  }

  private void apply(OperationsClient client, int change, String service) {
    Resource resource = content.apply(service, change);
    ledger.tries(change, service);
    ApplyReply reply =
        client.apply(ApplyHead.newBuilder().setComment(comment(change)).build(), List.of(resource));
    Optional<Revision> revision =
        reply.getOutcome() == ApplyReply.Outcome.OUTCOME_APPLIED
            ? Optional.of(Revisions.of(reply.getRevision()))
            : Optional.empty();
    revision.ifPresentOrElse(
        applied -> ledger.acknowledged(change, service, applied),
        () -> ledger.fault(comment(change) + " came to " + reply));
  }

  private static void close(@Nullable OperationsClient client) {
    if (client != null) {
      client.close();
    }
  }
}
