package io.sallyport.control.server;

import com.codahale.metrics.MetricRegistry;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.sallyport.api.plugin.Ticker;
import io.sallyport.control.resource.ServiceCodec;
import io.sallyport.control.security.Caller;
import io.sallyport.control.store.Head;
import io.sallyport.control.v1.AgentMessage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the agents: tells each what it is to have, and the fleet what each has. Any thread.
 *
 * <p>One thread, the loop, does everything that concerns streams, in turn; catalogs are read beside
 * it. Whoever attaches must have a {@link Caller} that is a node, and be that node, or be {@link
 * Caller.Anyone}.
 *
 * @since 0.1
 */
public final class AgentsService implements BindableService, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AgentsService.class);
  private static final Duration TICK = Duration.ofMillis(500);

  private final Dispatch dispatch;
  private final ScheduledExecutorService loop;
  private final Executor work;
  private final int maxAgents;
  private final int messageBytes;
  private final HeldPool pool = new HeldPool();
  private final Compact compact;
  private final ServiceSelectors selectors;
  private final AtomicReference<@Nullable Head> unread = new AtomicReference<>();
  private final AtomicInteger open = new AtomicInteger();
  private final ScheduledFuture<?> ticking;
  private volatile boolean stopping;

  /**
   * Knows no catalog yet: agents that attach wait for {@link #head}.
   *
   * @param replica this replica's name
   * @param fleet is told of this replica's nodes
   * @param refusals is told of every stream that ends for what the agent did
   * @param loop has exactly one thread
   * @param work reads catalogs; any number of threads
   * @param random may be used by several threads at once
   */
  public AgentsService(
      AgentsSettings settings,
      String replica,
      ServiceCodec codec,
      Fleet fleet,
      BiConsumer<Caller, String> refusals,
      MetricRegistry metrics,
      ScheduledExecutorService loop,
      Executor work,
      InstantSource clock,
      Ticker ticker,
      RandomGenerator random) {
    this.loop = loop;
    this.work = MoreExecutors.newSequentialExecutor(work);
    this.maxAgents = settings.maxAgents();
    this.messageBytes = settings.messageBytes();
    this.selectors = new ServiceSelectors(codec);
    this.dispatch =
        new Dispatch(
            settings,
            replica,
            fleet,
            refusals,
            new AgentsMetrics(metrics),
            loop,
            clock,
            ticker,
            random);
    this.compact = dispatch.compact();
    this.ticking =
        loop.scheduleWithFixedDelay(
            guarded(dispatch::tick), TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * There is a new head: what {@link io.sallyport.control.store} tells its watchers. Returns at
   * once; heads that come faster than they are read are skipped.
   */
  public void head(Head head) {
    if (unread.getAndSet(head) == null) {
      work.execute(this::read);
    }
  }

  private void read() {
    Head head = unread.getAndSet(null);
    if (head == null) {
      return;
    }
    try {
      Targets targets = targets(head);
      onLoop(() -> dispatch.retarget(targets));
    } catch (RuntimeException fault) {
      log.atError()
          .setCause(fault)
          .addKeyValue("revision", head.newest().revision())
          .log("the catalog could not be cut for the nodes; they keep what they have");
    }
  }

  private Targets targets(Head head) {
    List<io.sallyport.control.resource.Resources> catalogs = new ArrayList<>();
    catalogs.add(head.newest());
    head.release().ifPresent(rollout -> catalogs.add(rollout.stable()));
    selectors.learn(catalogs);
    return new Targets(
        view(head, head.newest()),
        head.release()
            .map(rollout -> new Targets.Rollout(rollout.plan(), view(head, rollout.stable()))));
  }

  private CatalogView view(Head head, io.sallyport.control.resource.Resources catalog) {
    boolean confirmed = catalog.revision().compareTo(head.removalsConfirmedUpTo()) <= 0;
    Snapshots snapshots = new Snapshots(dispatch.metrics().cuts);
    return new CatalogView(catalog, confirmed, selectors, pool, snapshots);
  }

  @Override
  public ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder(Wire.descriptor())
        .addMethod(Wire.ATTACH, this::attach)
        .build();
  }

  private ServerCall.Listener<AgentMessage> attach(
      ServerCall<AgentMessage, ByteString> call, Metadata headers) {
    Caller caller = Caller.KEY.get();
    if (caller == null) {
      return refuse(call, Status.UNAUTHENTICATED.withDescription("nobody says who calls"), 0);
    }
    switch (caller) {
      case Caller.Node _, Caller.Anyone _ -> {}
      case Caller.Operator _, Caller.Replica _ -> {
        onLoop(() -> dispatch.refused(caller, "", "only agents attach"));
        return refuse(
            call,
            Status.PERMISSION_DENIED.withDescription(
                "only agents attach, and " + caller.name() + " is none; use a node's certificate"),
            0);
      }
    }
    if (stopping) {
      return refuse(call, Status.UNAVAILABLE.withDescription("the control plane is stopping"), 1);
    }
    if (open.incrementAndGet() > maxAgents) {
      open.decrementAndGet();
      return refuse(
          call,
          Status.RESOURCE_EXHAUSTED.withDescription(
              maxAgents + " agents are attached, which is all that max-agents allows"),
          1);
    }
    call.sendHeaders(new Metadata());
    AgentStream stream = new AgentStream(call, caller, dispatch);
    onLoop(() -> dispatch.opened(stream));
    call.request(1);
    return new Listening(stream, caller);
  }

  private ServerCall.Listener<AgentMessage> refuse(
      ServerCall<AgentMessage, ByteString> call, Status status, int hint) {
    Metadata trailers = new Metadata();
    if (hint > 0) {
      trailers.put(AgentStream.PUSHBACK, String.valueOf(dispatch.hintMillis()));
    }
    dispatch.metrics().refused.inc();
    call.close(status, trailers);
    return new ServerCall.Listener<>() {};
  }

  /**
   * Takes no more agents, and sends those that are attached away at random moments within a time,
   * so that other replicas do not get all of them at once.
   *
   * @return completes when all have gone; an agent that does not answer may hold it up
   */
  public CompletableFuture<Void> leave(Duration over) {
    stopping = true;
    CompletableFuture<Void> gone = new CompletableFuture<>();
    onLoop(() -> dispatch.leave(over).thenRun(() -> gone.complete(null)));
    return gone;
  }

  /** Looks at the time no more. Streams end with their server. */
  @Override
  public void close() {
    stopping = true;
    ticking.cancel(false);
  }

  private void onLoop(Runnable task) {
    try {
      loop.execute(guarded(task));
    } catch (RejectedExecutionException stopped) {
      log.atDebug().log("the loop has ended");
    }
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException fault) {
        log.atError().setCause(fault).log("the agents' loop failed at something, and goes on");
      }
    };
  }

  /** Brings what comes on gRPC's threads to the loop. */
  private final class Listening extends ServerCall.Listener<AgentMessage> {
    private final AgentStream stream;
    private final Caller caller;
    private boolean counted = true;

    Listening(AgentStream stream, Caller caller) {
      this.stream = stream;
      this.caller = caller;
    }

    @Override
    public void onMessage(AgentMessage message) {
      if (Wire.unreadable(message)) {
        onStream(() ->
            stream.refuse(Status.INVALID_ARGUMENT, "it sent what is no message of the protocol"));
      } else if (message.hasHello()) {
        Greeting greeting = Greeting.of(message.getHello(), caller, compact, pool);
        onStream(() -> stream.greeted(greeting));
      } else if (message.getSerializedSize() > messageBytes) {
        onStream(() ->
            stream.refuse(
                Status.RESOURCE_EXHAUSTED,
                "a message has "
                    + message.getSerializedSize()
                    + " bytes, more than the "
                    + messageBytes
                    + " of message-bytes"));
      } else {
        onStream(() -> stream.heard(message));
      }
    }

    @Override
    public void onReady() {
      onStream(stream::advance);
    }

    @Override
    public void onHalfClose() {
      onStream(stream::halfClosed);
    }

    @Override
    public void onCancel() {
      gone();
    }

    @Override
    public void onComplete() {
      gone();
    }

    private void gone() {
      if (counted) {
        counted = false;
        open.decrementAndGet();
      }
      onStream(stream::gone);
    }

    private void onStream(Runnable step) {
      onLoop(() -> stream.attempt(step));
    }
  }
}
