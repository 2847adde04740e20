package io.sallyport.engine.health;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.sallyport.api.health.ProbeConnector;
import io.sallyport.api.health.ProbeOutcome;
import io.sallyport.api.plugin.Ticker;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Connects for health checks on an event loop group of its own, and closes by RST.
 *
 * <p>Holds nothing but the group, which belongs to whoever made it.
 *
 * @since 0.1
 */
public final class NettyProbeConnector implements ProbeConnector {
  private static final int NO_LINGER = 0;

  private final EventLoopGroup loops;
  private final Bootstrap bootstrap;
  private final Ticker ticker;

  /**
   * Makes a connector.
   *
   * @param loops the health loop; must not be the data path's
   * @param channel the kind of channel that the group serves
   */
  public NettyProbeConnector(
      EventLoopGroup loops, Class<? extends SocketChannel> channel, Ticker ticker) {
    this.loops = loops;
    this.ticker = ticker;
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
