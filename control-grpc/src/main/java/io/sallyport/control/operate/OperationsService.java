package io.sallyport.control.operate;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import io.sallyport.api.plugin.Ticker;
import io.sallyport.api.source.CatalogLanguage;
import io.sallyport.control.operate.rollout.Rollouts;
import io.sallyport.control.resource.ServiceCodec;
import io.sallyport.control.security.Audit;
import io.sallyport.control.security.Caller;
import io.sallyport.control.security.Role;
import io.sallyport.control.server.Fleet;
import io.sallyport.control.store.CatalogStore;
import io.sallyport.control.v1.ApplyReply;
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
public final class OperationsService
    implements OperationsGrpc.AsyncService, BindableService, AutoCloseable {
  private final Views views;
  private final Self self;
  private final NodeDetails details;
  private final UnderWay underWay;
  private final Gate gate;
  private final CatalogCalls catalogs;
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
   * @param mostUnderWay how many bytes of the heap the catalogs may take together that callers
   *     send, or that are read for them, a small part of it; further calls are refused
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
    this.views = views;
    this.self = self;
    this.details = new NodeDetails(self.replica(), views.elsewhere());
    this.gate = new Gate(audit);
    this.underWay = new UnderWay(mostUnderWay, ticker);
    this.catalogs = new CatalogCalls(store, gate, underWay, executor);
    ChangePlanner planner = new ChangePlanner(new ServiceReadings(new ServiceCodec(language)));
    this.orders =
        new Orders(
            store,
            new CatalogChanges(store, planner, executor),
            rollouts,
            gate,
            underWay,
            executor);
    this.rollouts = new RolloutCalls(rollouts, gate);
  }

  @Override
  public ServerServiceDefinition bindService() {
    return Unparsed.service(
        OperationsGrpc.bindService(this),
        Unparsed.method(OperationsGrpc.getApplyMethod(), orders::apply),
        Unparsed.method(OperationsGrpc.getStartRolloutMethod(), orders::startRollout));
  }

  @Override
  public void whoAmI(WhoAmIRequest request, StreamObserver<WhoAmIReply> observer) {
    Answers.guarded(
        observer::onError,
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
    UnderWay.Share share = catalogs.share();
    Outflow<CatalogPart> flow = flow(observer, share::close);
    Answers.guarded(flow::fail, share, () -> catalogs.get(request, flow, share));
  }

  @Override
  public void history(HistoryRequest request, StreamObserver<HistoryReply> observer) {
    Answers.guarded(observer::onError, () -> catalogs.history(request, observer));
  }

  @Override
  public void diff(DiffRequest request, StreamObserver<DiffReply> observer) {
    catalogs.diff(request, observer);
  }

  @Override
  public void rollback(RollbackRequest request, StreamObserver<ApplyReply> observer) {
    orders.rollback(request, observer);
  }

  @Override
  public void nodes(NodesRequest request, StreamObserver<NodeState> observer) {
    Outflow<NodeState> flow = flow(observer, () -> {});
    Answers.guarded(
        flow::fail,
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
    Answers.guarded(
        flow::fail,
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
  public void getRollout(GetRolloutRequest request, StreamObserver<Rollout> observer) {
    Answers.guarded(observer::onError, () -> rollouts.get(request, observer));
  }

  @Override
  public void watchRollout(GetRolloutRequest request, StreamObserver<Rollout> observer) {
    Watching watching = new Watching();
    Outflow<Rollout> flow = flow(observer, watching::end);
    Answers.guarded(flow::fail, () -> rollouts.watch(request, flow, watching));
  }

  @Override
  public void orderRollout(OrderRolloutRequest request, StreamObserver<Rollout> observer) {
    Answers.guarded(observer::onError, () -> rollouts.order(request, observer));
  }

  @Override
  public void close() {
    flows.forEach(Outflow::leave);
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
