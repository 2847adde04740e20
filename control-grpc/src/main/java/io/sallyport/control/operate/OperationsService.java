package io.sallyport.control.operate;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.plugin.Ticker;
import io.sallyport.api.source.CatalogLanguage;
import io.sallyport.control.operate.rollout.Rollouts;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.resource.ServiceCodec;
import io.sallyport.control.security.Audit;
import io.sallyport.control.security.Caller;
import io.sallyport.control.security.Role;
import io.sallyport.control.server.Fleet;
import io.sallyport.control.store.CatalogStore;
import io.sallyport.control.v1.ApplyReply;
import io.sallyport.control.v1.ApplyRequest;
import io.sallyport.control.v1.CatalogPart;
import io.sallyport.control.v1.DiffReply;
import io.sallyport.control.v1.DiffRequest;
import io.sallyport.control.v1.GetCatalogRequest;
import io.sallyport.control.v1.GetRolloutRequest;
import io.sallyport.control.v1.HistoryReply;
import io.sallyport.control.v1.HistoryRequest;
import io.sallyport.control.v1.NodeEvent;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.NodesRequest;
import io.sallyport.control.v1.OperationsGrpc;
import io.sallyport.control.v1.OrderRolloutRequest;
import io.sallyport.control.v1.RollbackRequest;
import io.sallyport.control.v1.Rollout;
import io.sallyport.control.v1.StartRolloutRequest;
import io.sallyport.control.v1.WhoAmIReply;
import io.sallyport.control.v1.WhoAmIRequest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * What operators' tools ask of a control plane. Every call is checked against the role of {@link
 * Caller#KEY}; changes and refusals are in the audit log, and the author of a change is always the
 * caller. Any thread; nothing blocks. Closing it ends the streams that it feeds.
 *
 * @since 0.1
 */
public final class OperationsService extends OperationsGrpc.OperationsImplBase
    implements AutoCloseable {
  private static final int USUAL_CHANGES = 50;
  private static final int MOST_CHANGES = 1_000;

  private final CatalogStore store;
  private final Views views;
  private final Executor executor;
  private final Self self;
  private final NodeDetails details;
  private final UnderWay underWay;
  private final Gate gate;
  private final Orders orders;
  private final RolloutCalls rollouts;
  private final Set<Outflow<?>> flows = ConcurrentHashMap.newKeySet();

  /**
   * Who answers.
   *
   * @param replica the id of this replica
   * @param version the version of this program
   */
  public record Self(String replica, String version) {}

  /**
   * The nodes.
   *
   * @param own those that are attached to this replica
   * @param whole those of all replicas
   * @param elsewhere the other replicas
   */
  public record Views(Fleet own, Fleet whole, Elsewhere elsewhere) {}

  /** The other replicas, as far as they can be asked. */
  @FunctionalInterface
  public interface Elsewhere {
    /**
     * Asks a replica for nodes that are attached to it, with their services. Never blocks; fails
     * with a message for people.
     */
    CompletableFuture<List<NodeState>> nodes(String replica, List<String> names);
  }

  /**
   * Makes the service.
   *
   * @param executor where catalogs are read and compared; several threads are of use
   * @param mostUnderWay how many bytes the catalogs may have together that callers send, or that
   *     are read for them; further calls are refused
   */
  public OperationsService(
      CatalogStore store,
      Views views,
      Rollouts rollouts,
      CatalogLanguage language,
      Self self,
      Executor executor,
      Audit audit,
      long mostUnderWay,
      Ticker ticker) {
    this.store = store;
    this.views = views;
    this.executor = executor;
    this.self = self;
    this.details = new NodeDetails(self.replica(), views.elsewhere());
    this.underWay = new UnderWay(mostUnderWay, ticker);
    this.gate = new Gate(audit);
    ChangePlanner planner = new ChangePlanner(new ServiceReadings(new ServiceCodec(language)));
    this.orders =
        new Orders(store, new CatalogChanges(store, planner, executor), rollouts, gate, underWay);
    this.rollouts = new RolloutCalls(rollouts, gate);
  }

  @Override
  public void whoAmI(WhoAmIRequest request, StreamObserver<WhoAmIReply> observer) {
    guarded(
        observer,
        () -> {
          Caller caller = gate.admit(Role.VIEWER, "who-am-i", "");
          observer.onNext(
              WhoAmIReply.newBuilder()
                  .setName(caller.name())
                  .setRole(Gate.role(caller))
                  .setReplica(self.replica())
                  .setVersion(self.version())
                  .build());
          observer.onCompleted();
        });
  }

  @Override
  public void getCatalog(GetCatalogRequest request, StreamObserver<CatalogPart> observer) {
    Outflow<CatalogPart> flow = flow(observer, () -> {});
    guarded(
        flow,
        () -> {
          gate.admit(Role.VIEWER, "catalog.get", "");
          UnderWay.Share share = underWay.read(size(store.head().newest()));
          catalog(request.hasRevision(), request.getRevision())
              .thenApplyAsync(ResourceMessages::parts, executor)
              .whenComplete((parts, fault) -> {
                share.close();
                if (fault == null) {
                  flow.all(parts);
                } else {
                  flow.fail(Gate.failure(fault));
                }
              });
        });
  }

  @Override
  public StreamObserver<ApplyRequest> apply(StreamObserver<ApplyReply> observer) {
    return orders.apply(observer);
  }

  @Override
  public void history(HistoryRequest request, StreamObserver<HistoryReply> observer) {
    guarded(
        observer,
        () -> {
          gate.admit(Role.VIEWER, "catalog.history", "");
          int limit = request.getLimit() == 0 ? USUAL_CHANGES : request.getLimit();
          var _ =
              answer(
                  observer,
                  store
                      .history(
                          Revisions.of(request.getBefore()),
                          Math.clamp(Integer.toUnsignedLong(limit), 1, MOST_CHANGES))
                      .thenApply(commits ->
                          HistoryReply.newBuilder()
                              .addAllChanges(commits.stream().map(Orders::change).toList())
                              .build()));
        });
  }

  @Override
  public void diff(DiffRequest request, StreamObserver<DiffReply> observer) {
    guarded(
        observer,
        () -> {
          gate.admit(Role.VIEWER, "catalog.diff", "");
          UnderWay.Share share = underWay.read(2 * size(store.head().newest()));
          var _ =
              answer(
                  observer,
                  catalog(true, request.getFrom())
                      .thenCombineAsync(
                          catalog(request.hasTo(), request.getTo()),
                          (from, to) ->
                              DiffReply.newBuilder()
                                  .setFrom(Revisions.message(from.revision()))
                                  .setTo(Revisions.message(to.revision()))
                                  .addAllDifferences(ResourceMessages.differences(from, to))
                                  .build(),
                          executor)
                      .whenComplete((_, _) -> share.close()));
        });
  }

  @Override
  public void rollback(RollbackRequest request, StreamObserver<ApplyReply> observer) {
    guarded(observer, () -> orders.rollback(request, observer));
  }

  @Override
  public void nodes(NodesRequest request, StreamObserver<NodeState> observer) {
    Outflow<NodeState> flow = flow(observer, () -> {});
    guarded(
        flow,
        () -> {
          Fleet view = view(request, "nodes");
          var _ =
              details
                  .of(request, view)
                  .whenComplete((nodes, fault) -> {
                    if (fault == null) {
                      flow.all(nodes.iterator());
                    } else {
                      flow.fail(Gate.failure(fault));
                    }
                  });
        });
  }

  @Override
  public void watchNodes(NodesRequest request, StreamObserver<NodeEvent> observer) {
    Watching watching = new Watching();
    Outflow<NodeEvent> flow = flow(observer, watching::end);
    guarded(
        flow,
        () -> {
          Fleet view = view(request, "nodes.watch");
          NodeNews news = new NodeNews(request);
          watching.begin(
              view.watch(state -> {
                news.changed(detailed(view, request, state));
                flow.more();
              }));
          news.all(view.nodes(detail(request)));
          flow.from(news);
        });
  }

  @Override
  public StreamObserver<StartRolloutRequest> startRollout(StreamObserver<ApplyReply> observer) {
    return orders.startRollout(observer);
  }

  @Override
  public void getRollout(GetRolloutRequest request, StreamObserver<Rollout> observer) {
    guarded(observer, () -> rollouts.get(request, observer));
  }

  @Override
  public void watchRollout(GetRolloutRequest request, StreamObserver<Rollout> observer) {
    Watching watching = new Watching();
    Outflow<Rollout> flow = flow(observer, watching::end);
    guarded(flow, () -> rollouts.watch(request, flow, watching));
  }

  @Override
  public void orderRollout(OrderRolloutRequest request, StreamObserver<Rollout> observer) {
    guarded(observer, () -> rollouts.order(request, observer));
  }

  @Override
  public void close() {
    flows.forEach(Outflow::leave);
  }

  /** Sends the one answer of a call, or why there is none; completes when that is done. */
  static <T> CompletableFuture<T> answer(StreamObserver<T> observer, CompletableFuture<T> answer) {
    return answer.whenComplete((reply, fault) -> {
      if (fault != null) {
        observer.onError(Gate.failure(fault));
      } else {
        observer.onNext(reply);
        observer.onCompleted();
      }
    });
  }

  /** How many bytes a catalog has, about: what another revision of it will have, too. */
  static long size(Resources catalog) {
    return catalog.all().values().stream().mapToLong(one -> one.content().size()).sum();
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

  /** The nodes that are asked for; other replicas may ask for this one's. */
  private Fleet view(NodesRequest request, String action) {
    if (request.getOfThisReplica()) {
      gate.admitReplicaOr(Role.VIEWER, action);
      return views.own();
    }
    gate.admit(Role.VIEWER, action, "");
    return views.whole();
  }

  private static Fleet.Detail detail(NodesRequest request) {
    return request.getServices() ? Fleet.Detail.SERVICES : Fleet.Detail.SUMMARY;
  }

  private static NodeState detailed(Fleet fleet, NodesRequest request, NodeState state) {
    return request.getServices() && NodeNews.wanted(request, state)
        ? fleet.node(state.getNode().getName(), Fleet.Detail.SERVICES).orElse(state)
        : state;
  }

  /** How many bytes the catalogs have that are under way. Any thread. */
  long underWay() {
    return underWay.bytes();
  }

  private <T> Outflow<T> flow(StreamObserver<T> observer, Runnable left) {
    return Outflow.in(flows, observer, left);
  }

  private static void guarded(StreamObserver<?> observer, Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException refused) {
      observer.onError(refused);
    }
  }

  private static void guarded(Outflow<?> flow, Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException refused) {
      flow.fail(refused);
    }
  }

  /** A watch that may be ended before it has begun. */
  static final class Watching {
    private Fleet.Watch watch = () -> {};
    private boolean over;

    synchronized void begin(Fleet.Watch begun) {
      if (over) {
        begun.close();
      } else {
        watch = begun;
      }
    }

    synchronized void end() {
      over = true;
      watch.close();
    }
  }
}
