package io.sallyport.engine.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.engine.TransportChoice;
import io.sallyport.engine.TransportUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The event loops of an engine, and the channels that run on them: one group for the data path, and
 * one thread beside it for health probes and name resolution, so that neither waits for the other.
 *
 * @since 0.1
 */
public final class Transport {
  // Linux's numbers, from <asm-generic/socket.h> and <linux/tcp.h>. Set on a listening socket, all
  // of them are inherited by the sockets it accepts, which saves the calls for each session.
  private static final int SOL_SOCKET = 1;
  private static final int IPPROTO_TCP = 6;
  private static final IntegerUnixChannelOption NODELAY =
      new IntegerUnixChannelOption("TCP_NODELAY", IPPROTO_TCP, 1);
  private static final IntegerUnixChannelOption KEEPALIVE =
      new IntegerUnixChannelOption("SO_KEEPALIVE", SOL_SOCKET, 9);
  private static final IntegerUnixChannelOption KEEPIDLE =
      new IntegerUnixChannelOption("TCP_KEEPIDLE", IPPROTO_TCP, 4);
  private static final IntegerUnixChannelOption KEEPINTVL =
      new IntegerUnixChannelOption("TCP_KEEPINTVL", IPPROTO_TCP, 5);
  private static final IntegerUnixChannelOption KEEPCNT =
      new IntegerUnixChannelOption("TCP_KEEPCNT", IPPROTO_TCP, 6);
  private static final IntegerUnixChannelOption USER_TIMEOUT =
      new IntegerUnixChannelOption("TCP_USER_TIMEOUT", IPPROTO_TCP, 18);

  private final String name;
  private final Channels channels;
  private final EventLoopGroup dataLoops;
  private final EventLoopGroup sideLoop;

  private Transport(String name, Channels channels, int loops) {
    this.name = name;
    this.channels = channels;
    this.dataLoops =
        new MultiThreadIoEventLoopGroup(
            loops, new DefaultThreadFactory("sallyport-data", true), channels.handler().get());
    this.sideLoop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("sallyport-side", true), channels.sideHandler().get());
  }

  /**
   * Starts the loops.
   *
   * @param loops threads of the data path; 0 means one for each core
   * @throws TransportUnavailableException when the choice is not to be had on this machine
   */
  public static Transport open(TransportChoice choice, int loops) {
    int threads = loops > 0 ? loops : Runtime.getRuntime().availableProcessors();
    return switch (choice) {
      case NIO -> new Transport("nio", Channels.NIO, threads);
      case AUTO ->
          Epoll.isAvailable()
              ? new Transport("epoll", Channels.EPOLL, threads)
              : new Transport("nio", Channels.NIO, threads);
      case EPOLL -> {
        if (!Epoll.isAvailable()) {
          throw new TransportUnavailableException(
              "transport = epoll cannot be had here: " + Epoll.unavailabilityCause());
        }
        yield new Transport("epoll", Channels.EPOLL, threads);
      }
    };
  }

  /** epoll or nio. */
  public String name() {
    return name;
  }

  /** The data path's loops, in a fixed order. */
  public List<EventLoop> dataLoops() {
    List<EventLoop> loops = new ArrayList<>();
    for (EventExecutor loop : dataLoops) {
      loops.add((EventLoop) loop);
    }
    return List.copyOf(loops);
  }

  /** One loop for what is not the data path: probes and name resolution. */
  public EventLoopGroup sideLoop() {
    return sideLoop;
  }

  /** What connects. */
  public Class<? extends SocketChannel> socketChannelType() {
    return channels.socketType();
  }

  /** What asks name servers. */
  public Class<? extends DatagramChannel> datagramChannelType() {
    return channels.datagramType();
  }

  /** A socket that is not connected yet. */
  public SocketChannel newSocket() {
    return channels.socket().get();
  }

  /** A server socket that is not bound yet, with the options that its sessions inherit. */
  public ServerChannel newServer(TcpOptions options) {
    ServerChannel server = channels.server().get();
    if (server instanceof EpollServerSocketChannel) {
      server.config().setOption(NODELAY, 1);
    }
    inherit(server, options);
    return server;
  }

  /** Gives an open server socket other options for the sessions that it will accept. */
  public void inherit(ServerChannel server, TcpOptions options) {
    if (server instanceof EpollServerSocketChannel) {
      keepAlive(server, options);
    }
  }

  /** What an accepted socket does not inherit; nothing with epoll. */
  public void accepted(Channel socket, TcpOptions options) {
    if (socket instanceof NioSocketChannel) {
      socket.config().setOption(ChannelOption.TCP_NODELAY, true);
      keepAlive(socket, options);
    }
  }

  /** What every socket to an endpoint needs before it connects. */
  public void connecting(Channel socket) {
    if (socket instanceof EpollSocketChannel) {
      socket.config().setOption(NODELAY, 1);
    } else {
      socket.config().setOption(ChannelOption.TCP_NODELAY, true);
    }
  }

  /**
   * Has the kernel watch over a connection that lasts. Short sessions end before it matters and are
   * spared the system calls. NIO knows keepalive only as such, without its times.
   */
  public void keepAlive(Channel socket, TcpOptions options) {
    boolean keepAlive = !options.keepAliveIdle().isZero();
    if (!channels.tunable()) {
      socket.config().setOption(ChannelOption.SO_KEEPALIVE, keepAlive);
      return;
    }
    socket.config().setOption(KEEPALIVE, keepAlive ? 1 : 0);
    if (keepAlive) {
      socket.config().setOption(KEEPIDLE, seconds(options.keepAliveIdle()));
      socket.config().setOption(KEEPINTVL, seconds(options.keepAliveInterval()));
      socket.config().setOption(KEEPCNT, options.keepAliveProbes());
    }
    // Zero means to Linux what it means to us.
    socket.config().setOption(USER_TIMEOUT, Math.toIntExact(options.userTimeout().toMillis()));
  }

  /** Closes a socket, whether a loop has it by now or not. */
  public static void discard(Channel socket) {
    if (socket.isRegistered()) {
      socket.close();
    } else {
      // Closing tells its loop, of which it has none.
      socket.unsafe().closeForcibly();
    }
  }

  /** Ends the loops; what still runs on them is cut. */
  public CompletableFuture<Void> close() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    sideLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    dataLoops
        .shutdownGracefully(0, 1, TimeUnit.SECONDS)
        .addListener(
            done -> sideLoop.terminationFuture().addListener(sideDone -> closed.complete(null)));
    return closed;
  }

  private static int seconds(Duration duration) {
    return Math.toIntExact(Math.max(1, duration.toSeconds()));
  }

  private record Channels(
      Supplier<IoHandlerFactory> handler,
      Supplier<IoHandlerFactory> sideHandler,
      Supplier<ServerChannel> server,
      Supplier<SocketChannel> socket,
      Class<? extends SocketChannel> socketType,
      Class<? extends DatagramChannel> datagramType,
      boolean tunable) {
    static final Channels EPOLL =
        new Channels(
            SteadyEpoll::factory,
            EpollIoHandler::newFactory,
            EpollServerSocketChannel::new,
            EpollSocketChannel::new,
            EpollSocketChannel.class,
            EpollDatagramChannel.class,
            true);
    static final Channels NIO =
        new Channels(
            NioIoHandler::newFactory,
            NioIoHandler::newFactory,
            NioServerSocketChannel::new,
            NioSocketChannel::new,
            NioSocketChannel.class,
            NioDatagramChannel.class,
            false);
  }
}
