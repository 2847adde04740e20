package io.sallyport.engine.session;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.engine.cluster.Cluster;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.EngineEvents;
import io.sallyport.engine.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An address and a port that the node accepts on, and the counters of its sessions.
 *
 * <p>Opened and closed by the control loop; accepts on one event loop and hands each session to the
 * loop whose turn it is. At its limit, or the node's, it leaves further clients in the kernel's
 * backlog. Counters may be read by any thread.
 *
 * @since 0.1
 */
public final class Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final int BACKLOG = 4096;

  /** How long accepting rests after the system had no descriptor for a connection. */
  private static final Duration SHORTAGE_PAUSE = Duration.ofMillis(200);

  private final String service;
  private final InetSocketAddress address;
  private final Cluster cluster;
  private final Shared shared;
  private final SessionLimit limit;
  private final LongAdder total = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder bytesUp = new LongAdder();
  private final LongAdder bytesDown = new LongAdder();
  private final CompletableFuture<Void> idle = new CompletableFuture<>();
  private final CompletableFuture<Void> deaf = new CompletableFuture<>();
  private volatile ServicePort settings;
  private volatile @Nullable ServerChannel channel;
  private volatile @Nullable Long leavesAt;

  /**
   * What all listeners of an engine share.
   *
   * @param transport makes the sockets
   * @param loops hold the sessions
   * @param node the node's limit of sessions
   * @param ends counts how sessions of the node ended
   * @param events is told when a session ends
   * @param clock gives the date of a session
   */
  public record Shared(
      Transport transport,
      SessionLoops loops,
      SessionLimit node,
      SessionEnds ends,
      EngineEvents events,
      InstantSource clock) {}

  /** Makes a listener that is not open. */
  public Listener(
      String service, InetAddress address, ServicePort settings, Cluster cluster, Shared shared) {
    this.service = service;
    this.address = new InetSocketAddress(address, settings.listen());
    this.settings = settings;
    this.cluster = cluster;
    this.shared = shared;
    this.limit = new SessionLimit(settings.maxSessions());
  }

  /**
   * Starts to accept. The stage completes on an event loop, exceptionally when the system refuses
   * the address or the port.
   */
  public CompletableFuture<Void> open() {
    CompletableFuture<Void> opened = new CompletableFuture<>();
    ServerChannel server;
    try {
      server = shared.transport().newServer(settings.tcp());
    } catch (RuntimeException noSocket) {
      opened.completeExceptionally(noSocket);
      return opened;
    }
    channel = server;
    server.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
    server.config().setOption(ChannelOption.SO_REUSEADDR, true);
    EventLoop loop = shared.loops().nextAcceptor();
    server.pipeline().addLast(new Acceptor(server, loop));
    loop.register(server);
    server
        .bind(address)
        .addListener(bound -> {
          if (bound.isSuccess()) {
            opened.complete(null);
          } else {
            server.close();
            opened.completeExceptionally(bound.cause());
          }
        });
    return opened;
  }

  /** New sessions follow the new settings; those that run keep theirs. */
  public void update(ServicePort changed) {
    boolean otherTcp = !changed.tcp().equals(settings.tcp());
    settings = changed;
    limit.most(changed.maxSessions());
    ServerChannel server = channel;
    if (otherTcp && server != null && server.isOpen()) {
      shared.transport().inherit(server, changed.tcp());
    }
  }

  /**
   * Accepts no more, at once, and gives the sessions this long. The stage completes when the last
   * one has ended.
   */
  public CompletableFuture<Void> close(Duration drain) {
    leavesAt = shared.loops().nanos() + drain.toNanos();
    ServerChannel server = channel;
    if (server == null) {
      deaf.complete(null);
      idle.complete(null);
      return idle;
    }
    server
        .close()
        .addListener(closed -> {
          deaf.complete(null);
          shared.loops().drainOf(this, drain);
          completeWhenIdle();
        });
    return idle;
  }

  /** Completes when a closed listener has given its address and port up. */
  public CompletableFuture<Void> deaf() {
    return deaf;
  }

  /** The service's id. */
  public String service() {
    return service;
  }

  /** Where it accepts. */
  public InetSocketAddress address() {
    return address;
  }

  /** The cluster behind it. */
  public Cluster cluster() {
    return cluster;
  }

  /** What new sessions follow. */
  public ServicePort settings() {
    return settings;
  }

  /** Sessions now. */
  public int active() {
    return limit.active();
  }

  /** True while its own limit, or the node's, keeps it from accepting. */
  public boolean full() {
    return limit.full() || shared.node().full();
  }

  /** Sessions accepted since it opened. */
  public long total() {
    return total.sum();
  }

  /** Sessions that ended without having reached an endpoint. */
  public long failed() {
    return failed.sum();
  }

  /** Bytes from clients to endpoints. */
  public long bytesUp() {
    return bytesUp.sum();
  }

  /** Bytes from endpoints to clients. */
  public long bytesDown() {
    return bytesDown.sum();
  }

  Transport transport() {
    return shared.transport();
  }

  SessionLimit node() {
    return shared.node();
  }

  InstantSource clock() {
    return shared.clock();
  }

  /** When the sessions of a closed listener end at the latest; null while it is not closed. */
  @Nullable Long leavesAt() {
    return leavesAt;
  }

  void moved(long up, long down) {
    if (up > 0) {
      bytesUp.add(up);
    }
    if (down > 0) {
      bytesDown.add(down);
    }
  }

  void sessionEnded(SessionEnded event) {
    if (event.connect().isNegative()) {
      failed.increment();
    }
    shared.ends().add(event.end());
    shared.events().happened(event);
    releaseRoom();
  }

  private void releaseRoom() {
    limit.release();
    shared.node().release();
    completeWhenIdle();
  }

  private void completeWhenIdle() {
    if (deaf.isDone() && limit.active() == 0) {
      idle.complete(null);
    }
  }

  @Override
  public String toString() {
    return Addresses.text(address.getAddress(), address.getPort());
  }

  /** Takes connections from the kernel, as long as there is room. */
  private final class Acceptor extends ChannelInboundHandlerAdapter {
    private final ServerChannel server;
    private final EventLoop loop;
    private final ArrayDeque<SocketChannel> parked = new ArrayDeque<>(1);
    private boolean waiting;
    private boolean resting;

    Acceptor(ServerChannel server, EventLoop loop) {
      this.server = server;
      this.loop = loop;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      SocketChannel accepted = (SocketChannel) message;
      resting = false;
      if (!parked.isEmpty() || !room()) {
        parked.add(accepted);
        waitForRoom();
        return;
      }
      begin(accepted);
    }

    @Override
    @SuppressWarnings(
        "deprecation") // Deprecated for handlers in general; inbound ones override it.
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (!resting) {
        resting = true;
        LOG.atWarn()
            .addKeyValue("service", service)
            .addKeyValue("listener", Listener.this)
            .addKeyValue("cause", cause.getMessage())
            .log("could not accept; resting");
      }
      server.config().setAutoRead(false);
      loop.schedule(this::resume, SHORTAGE_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      parked.forEach(Transport::discard);
      parked.clear();
    }

    private boolean room() {
      if (!limit.acquire()) {
        return false;
      }
      if (!shared.node().acquire()) {
        limit.release();
        return false;
      }
      return true;
    }

    private void waitForRoom() {
      if (waiting) {
        return;
      }
      waiting = true;
      server.config().setAutoRead(false);
      SessionLimit obstacle = limit.full() ? limit : shared.node();
      obstacle.await(() -> loop.execute(this::roomAgain));
    }

    private void roomAgain() {
      waiting = false;
      while (!parked.isEmpty()) {
        if (!server.isOpen()) {
          return;
        }
        if (!room()) {
          waitForRoom();
          return;
        }
        begin(parked.remove());
      }
      resume();
    }

    private void resume() {
      if (server.isOpen() && !waiting) {
        server.config().setAutoRead(true);
      }
    }

    private void begin(SocketChannel accepted) {
      InetSocketAddress client = accepted.remoteAddress();
      if (client == null) {
        Transport.discard(accepted);
        releaseRoom();
        return;
      }
      total.increment();
      SessionLoop home = shared.loops().next();
      home.eventLoop().execute(() -> new Session(Listener.this, home, accepted, client).start());
    }
  }
}
