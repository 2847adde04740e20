package io.sallyport.control.operate.client;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.ApplyHead;
import io.sallyport.control.v1.ApplyReply;
import io.sallyport.control.v1.ApplyRequest;
import io.sallyport.control.v1.CatalogPart;
import io.sallyport.control.v1.Change;
import io.sallyport.control.v1.DiffReply;
import io.sallyport.control.v1.DiffRequest;
import io.sallyport.control.v1.GetCatalogRequest;
import io.sallyport.control.v1.GetRolloutRequest;
import io.sallyport.control.v1.HistoryRequest;
import io.sallyport.control.v1.NodeEvent;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.NodesRequest;
import io.sallyport.control.v1.OperationsGrpc;
import io.sallyport.control.v1.OperationsGrpc.OperationsBlockingStub;
import io.sallyport.control.v1.OrderRolloutRequest;
import io.sallyport.control.v1.Resource;
import io.sallyport.control.v1.Resources;
import io.sallyport.control.v1.RollbackRequest;
import io.sallyport.control.v1.Rollout;
import io.sallyport.control.v1.StartRolloutHead;
import io.sallyport.control.v1.StartRolloutRequest;
import io.sallyport.control.v1.WhoAmIReply;
import io.sallyport.control.v1.WhoAmIRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Asks a control plane, and waits for what it answers. Every method fails with an {@link
 * OperationsException} whose message is for people. May be used by several threads; closing it ends
 * what they wait for.
 *
 * @since 0.1
 */
public final class OperationsClient implements AutoCloseable {
  private static final int PART_BYTES = 512 * 1024;
  private static final Duration TO_CONNECT = Duration.ofSeconds(5);

  private final ManagedChannel channel;
  private final ControlAddress address;
  private final Duration deadline;
  private final WhoAmIReply self;

  private OperationsClient(
      ManagedChannel channel, ControlAddress address, Duration deadline, WhoAmIReply self) {
    this.channel = channel;
    this.address = address;
    this.deadline = deadline;
    this.self = self;
  }

  /**
   * A catalog.
   *
   * @param revision which one
   * @param services in the order of their names
   */
  public record CatalogAt(Revision revision, List<Resource> services) {
    /** Copies the list. */
    public CatalogAt {
      services = List.copyOf(services);
    }
  }

  /** Connects to the first address that answers, and finds out who the caller is to it. */
  public static OperationsClient connect(ClientSettings settings) {
    List<String> silent = new ArrayList<>();
    for (ControlAddress address : settings.addresses()) {
      ManagedChannel channel = Channels.open(address, settings);
      try {
        WhoAmIReply self =
            OperationsGrpc.newBlockingStub(channel)
                .withDeadlineAfter(TO_CONNECT.toMillis(), TimeUnit.MILLISECONDS)
                .whoAmI(WhoAmIRequest.getDefaultInstance());
        return new OperationsClient(channel, address, settings.deadline(), self);
      } catch (StatusRuntimeException failed) {
        channel.shutdownNow();
        switch (failed.getStatus().getCode()) {
          case UNAVAILABLE, DEADLINE_EXCEEDED -> silent.add(address + " (" + why(failed) + ")");
          default -> throw told(address, failed);
        }
      }
    }
    throw new OperationsException(
        "no control plane answers at "
            + String.join(", ", silent)
            + ": does one run there (sallyport control), and is it there that it listens?");
  }

  /** The replica that answers. */
  public ControlAddress address() {
    return address;
  }

  /** Who the caller is to it. */
  public WhoAmIReply self() {
    return self;
  }

  /** The catalog at a revision; empty: the newest. */
  public CatalogAt catalog(Optional<Revision> revision) {
    GetCatalogRequest.Builder request = GetCatalogRequest.newBuilder();
    revision.map(Revisions::message).ifPresent(request::setRevision);
    return asked(stub -> {
      List<Resource> services = new ArrayList<>();
      Revision found = Revision.NONE;
      Iterator<CatalogPart> parts = stub.getCatalog(request.build());
      while (parts.hasNext()) {
        CatalogPart part = parts.next();
        if (part.hasRevision()) {
          found = Revisions.of(part.getRevision());
        }
        services.addAll(part.getResourcesList());
      }
      return new CatalogAt(found, services);
    });
  }

  /** Changes the catalog, or says what would change. */
  public ApplyReply apply(ApplyHead head, List<Resource> services) {
    return sent(
        reply -> OperationsGrpc.newStub(channel).apply(reply),
        ApplyRequest.newBuilder().setHead(head).build(),
        services,
        part -> ApplyRequest.newBuilder().setResources(part).build());
  }

  /** The changes before a revision, newest first; {@link Revision#NONE}: the newest ones. */
  public List<Change> history(Revision before, int limit) {
    HistoryRequest.Builder request = HistoryRequest.newBuilder().setLimit(limit);
    if (!before.equals(Revision.NONE)) {
      request.setBefore(Revisions.message(before));
    }
    return asked(stub -> stub.history(request.build()).getChangesList());
  }

  /** What lies between two revisions; the second one empty: the newest. */
  public DiffReply diff(Revision from, Optional<Revision> to) {
    DiffRequest.Builder request = DiffRequest.newBuilder().setFrom(Revisions.message(from));
    to.map(Revisions::message).ifPresent(request::setTo);
    return asked(stub -> stub.diff(request.build()));
  }

  /** Makes a new revision with the content of an old one, or says what would change. */
  public ApplyReply rollback(RollbackRequest request) {
    return asked(stub -> stub.rollback(request));
  }

  /** The fleet as it is now. */
  public List<NodeState> nodes(NodesRequest request) {
    return asked(stub -> {
      List<NodeState> nodes = new ArrayList<>();
      stub.nodes(request).forEachRemaining(nodes::add);
      return nodes;
    });
  }

  /**
   * Is told of the fleet and then of changes, by the calling thread, until the client is closed.
   */
  public void watchNodes(NodesRequest request, Consumer<NodeEvent> told) {
    endless(() -> OperationsGrpc.newBlockingStub(channel).watchNodes(request), told);
  }

  /** Begins to roll out a change. */
  public ApplyReply startRollout(StartRolloutHead head, List<Resource> services) {
    return sent(
        reply -> OperationsGrpc.newStub(channel).startRollout(reply),
        StartRolloutRequest.newBuilder().setHead(head).build(),
        services,
        part -> StartRolloutRequest.newBuilder().setResources(part).build());
  }

  /** A rollout; an empty id: the one under way, or the last one. */
  public Rollout rollout(String id) {
    return asked(stub -> stub.getRollout(GetRolloutRequest.newBuilder().setId(id).build()));
  }

  /** Is told of a rollout now and whenever it changes, by the calling thread, until its end. */
  public void watchRollout(String id, Consumer<Rollout> told) {
    GetRolloutRequest request = GetRolloutRequest.newBuilder().setId(id).build();
    endless(() -> OperationsGrpc.newBlockingStub(channel).watchRollout(request), told);
  }

  /** Pauses, resumes or aborts. */
  public Rollout order(String id, OrderRolloutRequest.Order order) {
    OrderRolloutRequest request =
        OrderRolloutRequest.newBuilder().setId(id).setOrder(order).build();
    return asked(stub -> stub.orderRollout(request));
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private <T> T asked(Function<OperationsBlockingStub, T> question) {
    try {
      return question.apply(
          OperationsGrpc.newBlockingStub(channel)
              .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS));
    } catch (StatusRuntimeException failed) {
      throw told(address, failed);
    }
  }

  private <T> void endless(Supplier<Iterator<T>> stream, Consumer<T> told) {
    try {
      stream.get().forEachRemaining(told);
    } catch (StatusRuntimeException failed) {
      if (!channel.isShutdown()) {
        throw told(address, failed);
      }
    }
  }

  private <M> ApplyReply sent(
      Function<StreamObserver<ApplyReply>, StreamObserver<M>> call,
      M head,
      List<Resource> services,
      Function<Resources, M> message) {
    CompletableFuture<ApplyReply> answer = new CompletableFuture<>();
    StreamObserver<M> out =
        call.apply(
            new StreamObserver<>() {
              @Override
              public void onNext(ApplyReply reply) {
                answer.complete(reply);
              }

              @Override
              public void onError(Throwable failed) {
                answer.completeExceptionally(failed);
              }

              @Override
              public void onCompleted() {
                answer.completeExceptionally(
                    Status.INTERNAL.withDescription("there is no answer").asRuntimeException());
              }
            });
    out.onNext(head);
    for (Resources part : parts(services)) {
      if (answer.isDone()) {
        break;
      }
      out.onNext(message.apply(part));
    }
    if (!answer.isDone()) {
      out.onCompleted();
    }
    return waited(answer);
  }

  private ApplyReply waited(CompletableFuture<ApplyReply> answer) {
    try {
      return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof StatusRuntimeException status
          ? told(address, status)
          : new OperationsException("the control plane at " + address + " fails", failed);
    } catch (TimeoutException late) {
      throw new OperationsException(
          "the control plane at "
              + address
              + " has not answered within "
              + deadline.toSeconds()
              + " s; whether it did it, its history tells (sallyport catalog history)",
          late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new OperationsException("interrupted", interrupted);
    }
  }

  private static List<Resources> parts(List<Resource> services) {
    List<Resources> parts = new ArrayList<>();
    Resources.Builder part = Resources.newBuilder();
    int bytes = 0;
    for (Resource service : services) {
      part.addResources(service);
      bytes += service.getSerializedSize();
      if (bytes >= PART_BYTES) {
        parts.add(part.build());
        part.clear();
        bytes = 0;
      }
    }
    if (part.getResourcesCount() > 0) {
      parts.add(part.build());
    }
    return parts;
  }

  private static OperationsException told(ControlAddress address, StatusRuntimeException failed) {
    String why = why(failed);
    return new OperationsException(
        switch (failed.getStatus().getCode()) {
          case PERMISSION_DENIED, NOT_FOUND, FAILED_PRECONDITION, INVALID_ARGUMENT -> why;
          case UNAUTHENTICATED ->
              "the control plane at " + address + " does not know who you are: " + why;
          case UNAVAILABLE -> "the control plane at " + address + " is gone: " + why;
          case DEADLINE_EXCEEDED -> "the control plane at " + address + " does not answer in time";
          default -> "the control plane at " + address + " fails: " + why;
        },
        failed);
  }

  private static String why(StatusRuntimeException failed) {
    String said = failed.getStatus().getDescription();
    Throwable cause = failed.getCause();
    String more = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
    return (said == null ? failed.getStatus().getCode().name() : said) + more;
  }
}
