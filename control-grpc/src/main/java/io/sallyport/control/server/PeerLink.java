package io.sallyport.control.server;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.sallyport.control.v1.NodeEvent;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.NodesRequest;
import io.sallyport.control.v1.OperationsGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the nodes of one other replica, and asks anew when it cannot. Only the loop touches it.
 */
final class PeerLink {
  private static final Logger log = LoggerFactory.getLogger(PeerLink.class);
  private static final Duration LONGEST = Duration.ofSeconds(15);

  /** So many events at most are on their way to the loop. */
  private static final int WINDOW = 64;

  private final String replica;
  private final String address;
  private final ManagedChannel channel;
  private final ScheduledExecutorService loop;
  private final RandomGenerator random;
  private final Taker taker;
  private final Set<String> told = new HashSet<>();
  private @Nullable ClientCallStreamObserver<NodesRequest> call;
  private int asked;
  private int attempt;
  private String trouble = "has not told its nodes yet";
  private boolean closed;

  /** Takes what a replica tells; called by the loop. */
  interface Taker {
    void seen(String replica, NodeState state);

    /** The replica has none but these. */
    void all(String replica, Set<String> names);

    /** The replica can be asked, or cannot, or for another reason. */
    void changed();
  }

  PeerLink(
      String replica,
      String address,
      ManagedChannel channel,
      ScheduledExecutorService loop,
      RandomGenerator random,
      Taker taker) {
    this.replica = replica;
    this.address = address;
    this.channel = channel;
    this.loop = loop;
    this.random = random;
    this.taker = taker;
  }

  String address() {
    return address;
  }

  /** Why the replica's nodes are not known as they are now; empty when they are. */
  Optional<String> trouble() {
    return trouble.isEmpty()
        ? Optional.empty()
        : Optional.of("replica " + replica + " at " + address + " " + trouble);
  }

  /** Asks. */
  void ask() {
    if (closed) {
      return;
    }
    told.clear();
    asked++;
    OperationsGrpc.newStub(channel)
        .withWaitForReady()
        .watchNodes(NodesRequest.newBuilder().setOfThisReplica(true).build(), new Answers(asked));
  }

  /** Asks for some of its nodes with their services, and gives up after a time. */
  void nodes(List<String> names, Duration within, CompletableFuture<List<NodeState>> answer) {
    OperationsGrpc.newStub(channel)
        .withDeadlineAfter(within)
        .nodes(
            NodesRequest.newBuilder()
                .setOfThisReplica(true)
                .setServices(true)
                .addAllNames(names)
                .build(),
            new Collected(answer));
  }

  void close() {
    closed = true;
    if (call != null) {
      call.cancel("no longer needed", null);
    }
    channel.shutdownNow();
  }

  private void event(NodeEvent event, Answers from) {
    if (closed || from.turn != asked) {
      return;
    }
    if (event.hasState()) {
      if (!trouble.isEmpty()) {
        told.add(event.getState().getNode().getName());
      }
      taker.seen(replica, event.getState());
    }
    if (event.getComplete() && !trouble.isEmpty()) {
      trouble = "";
      attempt = 0;
      log.atInfo().addKeyValue("replica", replica).log("its nodes are known");
      taker.all(replica, Set.copyOf(told));
      told.clear();
      taker.changed();
    }
    from.requested().request(1);
  }

  private void ended(Status why, Answers from) {
    if (closed || from.turn != asked) {
      return;
    }
    boolean news = trouble.isEmpty() || attempt == 0;
    trouble =
        "cannot be asked for its nodes: "
            + why.getCode()
            + (why.getDescription() == null ? "" : ": " + why.getDescription())
            + "; what it told last is shown";
    if (news) {
      log.atWarn().addKeyValue("replica", replica).addKeyValue("address", address).log(trouble);
    }
    taker.changed();
    long most = Math.min(LONGEST.toMillis(), 500L << Math.min(attempt, 10));
    attempt++;
    var _ =
        loop.schedule(this::ask, (long) (most * random.nextDouble()) + 1, TimeUnit.MILLISECONDS);
  }

  /** Puts what comes into one answer. */
  private record Collected(CompletableFuture<List<NodeState>> answer, List<NodeState> nodes)
      implements StreamObserver<NodeState> {
    Collected(CompletableFuture<List<NodeState>> answer) {
      this(answer, new ArrayList<>());
    }

    @Override
    public void onNext(NodeState node) {
      nodes.add(node);
    }

    @Override
    public void onError(Throwable failed) {
      answer.completeExceptionally(failed);
    }

    @Override
    public void onCompleted() {
      answer.complete(List.copyOf(nodes));
    }
  }

  private final class Answers implements ClientResponseObserver<NodesRequest, NodeEvent> {
    private final int turn;
    private @Nullable ClientCallStreamObserver<NodesRequest> call;

    Answers(int turn) {
      this.turn = turn;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<NodesRequest> started) {
      started.disableAutoRequestWithInitial(WINDOW);
      call = started;
      // Still on the loop, within ask().
      PeerLink.this.call = started;
    }

    private ClientCallStreamObserver<NodesRequest> requested() {
      return Objects.requireNonNull(call, "not started");
    }

    @Override
    public void onNext(NodeEvent event) {
      onLoop(loop, () -> event(event, this));
    }

    @Override
    public void onError(Throwable failed) {
      onLoop(loop, () -> ended(Status.fromThrowable(failed), this));
    }

    @Override
    public void onCompleted() {
      onLoop(loop, () -> ended(Status.OK.withDescription("it ended the stream"), this));
    }
  }

  private static void onLoop(Executor loop, Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException stopped) {
      log.atDebug().log("the loop has ended");
    }
  }
}
