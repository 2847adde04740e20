package io.sallyport.plugins.injection.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.plugin.Ticker;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The sockets that are open to the node, and the event loop that serves them. Opened and closed by
 * one thread, not the event loop's.
 */
final class Doors implements AutoCloseable {
  /** A question is short; with options and signatures too. */
  static final int LARGEST_QUESTION = 4096;

  static final int CONNECTIONS = 32;
  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final Duration REFRESH = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final EventLoopGroup group;
  private final List<Channel> channels = new ArrayList<>();
  private final Forwarder forwarder;
  private int connections;

  private Doors(EventLoopGroup group, Forwarder forwarder) {
    this.group = group;
    this.forwarder = forwarder;
  }

  /** How opening went. */
  sealed interface Opening {
    /** They are open. */
    record Open(Doors doors) implements Opening {}

    /** They are not; nothing is left. */
    record Failed(String reason) implements Opening {}
  }

  /** Opens both, or none. Blocks for a moment. */
  static Opening open(
      DnsSettings settings,
      Responder responder,
      Upstreams upstreams,
      RandomGenerator random,
      Ticker ticker) {
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            1,
            Thread.ofPlatform().daemon().name("sallyport-dns").factory(),
            NioIoHandler.newFactory());
    EventLoop loop = group.next();
    Forwarder forwarder =
        new Forwarder(
            loop,
            upstreams,
            new Forwarder.Limits(
                settings.timeout(), settings.patience(), settings.questionsAtOnce()),
            random,
            ticker);
    Doors doors = new Doors(group, forwarder);
    Clients clients = new Clients(settings.address(), settings.clients());
    InetSocketAddress at = settings.listens();
    ChannelFuture udp = doors.udp(at, new UdpDoor(clients, responder, forwarder));
    ChannelFuture tcp = doors.tcp(at, clients, responder);
    String failures = failures(at, udp, tcp);
    if (!failures.isEmpty()) {
      doors.close();
      return new Opening.Failed(failures);
    }
    loop.scheduleWithFixedDelay(
        upstreams::refresh, REFRESH.toMillis(), REFRESH.toMillis(), TimeUnit.MILLISECONDS);
    return new Opening.Open(doors);
  }

  /** How many questions wait for name servers. */
  int waiting() {
    return forwarder.open();
  }

  @Override
  public void close() {
    channels.forEach(channel -> channel.close().syncUninterruptibly());
    group
        .shutdownGracefully(0, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(PATIENCE.toMillis());
  }

  private ChannelFuture udp(InetSocketAddress at, UdpDoor door) {
    return opened(
        new Bootstrap()
            .group(group)
            .channel(NioDatagramChannel.class)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LARGEST_QUESTION))
            .handler(door)
            .bind(at));
  }

  private ChannelFuture tcp(InetSocketAddress at, Clients clients, Responder responder) {
    return opened(
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(
                new ChannelInitializer<NioSocketChannel>() {
                  @Override
                  protected void initChannel(NioSocketChannel channel) {
                    if (clients.hold(channel.remoteAddress()) && connections < CONNECTIONS) {
                      connected(channel, responder);
                    } else {
                      channel.close();
                    }
                  }
                })
            .bind(at));
  }

  private void connected(NioSocketChannel channel, Responder responder) {
    connections++;
    channel.closeFuture().addListener(closed -> connections--);
    // One that neither asks nor takes its answers is closed: reading stops when answers pile up.
    channel.pipeline().addLast(new ReadTimeoutHandler(IDLE.toMillis(), TimeUnit.MILLISECONDS));
    Framing.on(channel.pipeline(), LARGEST_QUESTION)
        // One read may bring a thousand questions; this holds them back while reading is stopped.
        .addLast(new FlowControlHandler())
        .addLast(new TcpDoor(responder, forwarder));
  }

  private ChannelFuture opened(ChannelFuture binding) {
    channels.add(binding.channel());
    return binding.awaitUninterruptibly();
  }

  private static String failures(InetSocketAddress at, ChannelFuture udp, ChannelFuture tcp) {
    List<String> failures = new ArrayList<>();
    failure("UDP", udp).ifPresent(failures::add);
    failure("TCP", tcp).ifPresent(failures::add);
    return failures.isEmpty()
        ? ""
        : "cannot listen on "
            + Addresses.text(at.getAddress())
            + " port "
            + at.getPort()
            + " ("
            + String.join(", ", failures)
            + ")";
  }

  private static Optional<String> failure(String way, ChannelFuture binding) {
    Throwable cause = binding.cause();
    return cause == null ? Optional.empty() : Optional.of(way + ": " + cause.getMessage());
  }
}
