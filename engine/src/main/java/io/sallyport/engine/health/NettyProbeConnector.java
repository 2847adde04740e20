package io.sallyport.engine.health;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
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
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
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
  private final ProbeTrust trust = new ProbeTrust();
  private final AtomicInteger turn = new AtomicInteger();

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
                    : ConnectFault.outcome(fault, taken));
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
            if (connected.cause() != null) {
              conversation.unconnected(connected.cause());
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
