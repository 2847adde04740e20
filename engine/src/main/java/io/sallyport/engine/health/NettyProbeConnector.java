package io.sallyport.engine.health;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.ProbeConnector;
import io.sallyport.api.health.ProbeDialogue;
import io.sallyport.api.health.ProbeOutcome;
import io.sallyport.api.health.ProbeRequest;
import io.sallyport.api.health.ProbeTls;
import io.sallyport.api.plugin.Ticker;
import io.sallyport.engine.transport.SourceAddressException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects for health checks on an event loop group of its own, and closes by RST; also converses
 * there, while dialogues think and certificates are verified on threads beside it.
 *
 * <p>Holds nothing but the group and the executor, which belong to whoever made them.
 *
 * @since 0.1
 */
public final class NettyProbeConnector implements ProbeConnector {
  private static final Logger LOG = LoggerFactory.getLogger(NettyProbeConnector.class);
  private static final int NO_LINGER = 0;

  private final EventLoopGroup loops;
  private final Bootstrap bootstrap;
  private final Bootstrap conversing;
  private final Executor thinkers;
  private final Ticker ticker;
  private final ProbeTrust trust;
  private final AtomicInteger turn;
  private final @Nullable InetAddress source;

  /** Whether the kernel can be asked to choose a port only when it connects. */
  private final boolean portLater;

  /**
   * Makes a connector.
   *
   * @param loops the health loop; must not be the data path's
   * @param channel the kind of channel that the group serves
   * @param thinkers takes what may take a while: no loop, and of bounded size
   */
  public NettyProbeConnector(
      EventLoopGroup loops,
      Class<? extends SocketChannel> channel,
      Executor thinkers,
      Ticker ticker) {
    this.loops = loops;
    this.thinkers = thinkers;
    this.ticker = ticker;
    trust = new ProbeTrust();
    turn = new AtomicInteger();
    source = null;
    conversing =
        new Bootstrap()
            .group(loops)
            .channel(channel)
            .disableResolver()
            .option(ChannelOption.TCP_NODELAY, true)
            // A conversation keeps the time of the whole.
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
    bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(channel)
            .disableResolver()
            // Closed with data of the endpoint's greeting unread or not: by RST either way.
            .option(ChannelOption.SO_LINGER, NO_LINGER)
            .option(ChannelOption.AUTO_READ, false)
            .handler(new Silent());
    portLater = EpollSocketChannel.class.isAssignableFrom(channel);
  }

  private NettyProbeConnector(NettyProbeConnector like, InetAddress source) {
    loops = like.loops;
    portLater = like.portLater;
    bootstrap = bound(like.bootstrap, source, portLater);
    conversing = bound(like.conversing, source, portLater);
    thinkers = like.thinkers;
    ticker = like.ticker;
    trust = like.trust;
    turn = like.turn;
    this.source = source;
  }

  @Override
  public ProbeConnector from(InetAddress address) {
    return new NettyProbeConnector(this, address);
  }

  private static Bootstrap bound(Bootstrap like, InetAddress source, boolean portLater) {
    Bootstrap bound = like.clone().localAddress(source, 0);
    return portLater ? bound.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true) : bound;
  }

  @Override
  public CompletionStage<ProbeOutcome> connect(InetSocketAddress address, Duration timeout) {
    CompletableFuture<ProbeOutcome> outcome = new CompletableFuture<>();
    long started = ticker.nanos();
    if (loops.isShuttingDown()) {
      // A loop that has ended would never tell.
      return CompletableFuture.completedFuture(
          new ProbeOutcome.Unable(Duration.ZERO, "the health loop is shutting down"));
    }
    SourceAddressException impossible = SourceAddressException.fault(source, address.getAddress());
    if (impossible != null) {
      return CompletableFuture.completedFuture(ConnectFault.outcome(impossible, Duration.ZERO));
    }
    try {
      bootstrap
          .clone()
          .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis(timeout))
          .connect(address)
          .addListener(connected -> {
            Duration taken = Duration.ofNanos(ticker.nanos() - started);
            Throwable fault = connected.cause();
            outcome.complete(
                fault == null
                    ? new ProbeOutcome.Connected(taken)
                    : ConnectFault.outcome(SourceAddressException.of(source, fault), taken));
          });
    } catch (RuntimeException fault) {
      Duration taken = Duration.ofNanos(ticker.nanos() - started);
      outcome.complete(ConnectFault.outcome(fault, taken));
    }
    return outcome;
  }

  @Override
  public CompletionStage<CheckResult> converse(ProbeRequest request, ProbeDialogue dialogue) {
    Conversation conversation =
        new Conversation(request, dialogue, thinkers, ticker, ticker.nanos());
    if (loops.isShuttingDown()) {
      conversation.impossible(
          CheckResult.of(CheckStatus.SOCKET_ERROR, "the health loop is shutting down"));
      return conversation.result();
    }
    if (request.tls().isEmpty()) {
      open(request, conversation, List.of(conversation));
      return conversation.result();
    }
    ProbeTls tls = request.tls().get();
    try {
      // It reads files, and the caller is a loop.
      thinkers.execute(() -> {
        try {
          ProbeTrust.Trust trusted = trust.trust(tls);
          conversation.warn(trusted.warning());
          SslHandler handler = ProbeTrust.handler(trusted, tls, turn.getAndIncrement(), thinkers);
          open(request, conversation, List.of(handler, conversation));
        } catch (RuntimeException fault) {
          conversation.impossible(
              CheckResult.of(CheckStatus.SOCKET_ERROR, String.valueOf(fault.getMessage())));
        }
      });
    } catch (RejectedExecutionException closing) {
      conversation.impossible(
          CheckResult.of(CheckStatus.SOCKET_ERROR, "the node is shutting down"));
    }
    return conversation.result();
  }

  @Override
  public void prepare(ProbeTls tls) {
    try {
      thinkers.execute(() -> {
        try {
          trust.rehearse(tls, turn.getAndIncrement(), thinkers);
        } catch (RuntimeException fault) {
          LOG.atDebug().setCause(fault).log("TLS of a health check is not ready");
        }
      });
    } catch (RejectedExecutionException closing) {
      // Nobody will probe any more.
    }
  }

  private void open(
      ProbeRequest request, Conversation conversation, List<ChannelHandler> handlers) {
    SourceAddressException impossible =
        SourceAddressException.fault(source, request.address().getAddress());
    if (impossible != null) {
      conversation.unconnected(impossible);
      return;
    }
    try {
      conversing
          .clone()
          .handler(
              new ChannelInitializer<SocketChannel>() {
                @Override
                protected void initChannel(SocketChannel channel) {
                  channel.pipeline().addLast(handlers.toArray(ChannelHandler[]::new));
                }
              })
          .connect(request.address())
          .addListener(connected -> {
            Throwable fault = connected.cause();
            if (fault != null) {
              conversation.unconnected(SourceAddressException.of(source, fault));
            }
          });
    } catch (RuntimeException fault) {
      conversation.unconnected(fault);
    }
  }

  /** Zero would mean no limit to Netty. */
  private static int millis(Duration timeout) {
    return Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE);
  }

  /** Closes as soon as the connection stands; keeps faults that come later out of the log. */
  @ChannelHandler.Sharable
  private static final class Silent extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      context.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
      context.close();
    }
  }
}
