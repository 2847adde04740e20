package io.sallyport.control.operate;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.security.Role;
import io.sallyport.control.store.CatalogStore;
import io.sallyport.control.v1.CatalogPart;
import io.sallyport.control.v1.DiffReply;
import io.sallyport.control.v1.DiffRequest;
import io.sallyport.control.v1.GetCatalogRequest;
import io.sallyport.control.v1.HistoryReply;
import io.sallyport.control.v1.HistoryRequest;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The calls that read the catalog and its history. */
final class CatalogCalls {
  private static final int USUAL_CHANGES = 50;
  private static final int MOST_CHANGES = 1_000;

  private final CatalogStore store;
  private final Gate gate;
  private final UnderWay underWay;
  private final Executor executor;

  /**
   * Makes them.
   *
   * @param executor where catalogs are read and compared
   */
  CatalogCalls(CatalogStore store, Gate gate, UnderWay underWay, Executor executor) {
    this.store = store;
    this.gate = gate;
    this.underWay = underWay;
    this.executor = executor;
  }

  /** What a call has under way that reads a catalog. */
  UnderWay.Share share() {
    return underWay.read();
  }

  /**
   * Sends a catalog.
   *
   * @param share closed when the flow has ended
   */
  void get(GetCatalogRequest request, Outflow<CatalogPart> flow, UnderWay.Share share) {
    gate.admit(Role.VIEWER, "catalog.get", "");
    long newest = Weight.stored(store.head().newest());
    if (request.hasRevision()) {
      share.guess(newest);
    } else {
      share.room(newest);
    }
    var _ =
        catalog(request.hasRevision(), request.getRevision())
            .thenApplyAsync(
                found -> {
                  share.atLeast(Weight.stored(found));
                  return ResourceMessages.parts(found);
                },
                executor)
            .whenComplete((parts, fault) -> {
              if (fault == null) {
                share.answered(() -> flow.fail(UnderWay.notTaken()));
                flow.all(parts);
              } else {
                share.release();
                flow.fail(Gate.failure(fault));
              }
            });
  }

  void diff(DiffRequest request, StreamObserver<DiffReply> observer) {
    UnderWay.Share share = Answers.kept(observer, share());
    Answers.guarded(
        observer::onError,
        share,
        () -> {
          gate.admit(Role.VIEWER, "catalog.diff", "");
          share.guess(Weight.stored(store.head().newest()));
          Answers.send(
              observer,
              share,
              catalog(true, request.getFrom())
                  .thenCombineAsync(
                      catalog(request.hasTo(), request.getTo()),
                      (from, to) -> diff(from, to, share),
                      executor));
        });
  }

  private static DiffReply diff(Resources from, Resources to, UnderWay.Share share) {
    Set<String> differing = ResourceMessages.differing(from, to);
    // What both have is one object in both.
    share.atLeast(
        Weight.stored(from) + Weight.parsed(from, differing) + Weight.parsed(to, differing));
    return DiffReply.newBuilder()
        .setFrom(Revisions.message(from.revision()))
        .setTo(Revisions.message(to.revision()))
        .addAllDifferences(ResourceMessages.differences(differing, from, to))
        .build();
  }

  void history(HistoryRequest request, StreamObserver<HistoryReply> observer) {
    gate.admit(Role.VIEWER, "catalog.history", "");
    int limit = request.getLimit() == 0 ? USUAL_CHANGES : request.getLimit();
    var _ =
        Answers.send(
            observer,
            store
                .history(
                    Revisions.of(request.getBefore()),
                    Math.clamp(Integer.toUnsignedLong(limit), 1, MOST_CHANGES))
                .thenApply(commits ->
                    HistoryReply.newBuilder()
                        .addAllChanges(commits.stream().map(Orders::change).toList())
                        .build()));
  }

  private CompletableFuture<Resources> catalog(
      boolean named, io.sallyport.control.v1.Revision message) {
    if (!named) {
      return store.newest().thenApply(io.sallyport.control.store.Head::newest);
    }
    Revision revision = Revisions.of(message);
    return revision.equals(Revision.NONE)
        ? CompletableFuture.completedFuture(Resources.NONE)
        : store
            .catalog(revision)
            .thenApply(found ->
                found.orElseThrow(() ->
                    Status.NOT_FOUND
                        .withDescription(Orders.unknown(revision, store.head()))
                        .asRuntimeException()));
  }
}
