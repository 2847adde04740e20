package io.sallyport.engine.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
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
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.api.plugin.Ticker;
import io.sallyport.engine.DataPathSettings;
import io.sallyport.engine.TransportUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jdk.net.ExtendedSocketOptions;

/**
 * The event loops of an engine, and the channels that run on them: one group for the data path, and
 * one thread beside it for health probes and name resolution, so that neither waits for the other.
 *
 * @since 0.1
 */
public final class Transport {
  private static final ChannelOption<Integer> NIO_KEEPIDLE =
      NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE);
  private static final ChannelOption<Integer> NIO_KEEPINTVL =
      NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL);
  private static final ChannelOption<Integer> NIO_KEEPCNT =
      NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT);

  /** Linux's number, from &lt;netinet/tcp.h&gt;. */
  private static final int TCP_CLOSE = 7;

  private final String name;
  private final Channels channels;
  private final LoopThreads dataThreads;
  private final EventLoopGroup dataLoops;
  private final EventLoopGroup sideLoop;
  private final Consumer<SocketChannel> onConnected;

  private Transport(
      String name,
      Channels channels,
      IoHandlerFactory data,
      int loops,
      Consumer<SocketChannel> onConnected) {
    this.name = name;
    this.channels = channels;
    this.onConnected = onConnected;
    this.dataThreads = new LoopThreads("sallyport-data");
    this.dataLoops = new MultiThreadIoEventLoopGroup(loops, dataThreads, data);
    this.sideLoop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("sallyport-side", true), channels.handler().get());
  }

  /**
   * Starts the loops.
   *
   * @param ticker tells the time to busy polling and to batch scheduling
   * @throws TransportUnavailableException when the choice is not to be had on this machine
   */
  public static Transport open(DataPathSettings settings, Ticker ticker) {
    Transport transport = choose(settings, ticker);
    if (settings.batchScheduling()) {
      BatchScheduling.watch(transport.sideLoop.next(), transport.dataThreads::running, ticker);
    }
    return transport;
  }

  private static Transport choose(DataPathSettings settings, Ticker ticker) {
    return switch (settings.transport()) {
      case NIO -> open("nio", Channels.NIO, settings);
      case AUTO ->
          Epoll.isAvailable() ? epoll(settings, ticker) : open("nio", Channels.NIO, settings);
      case EPOLL -> {
        if (!Epoll.isAvailable()) {
          throw new TransportUnavailableException(
              "transport = epoll cannot be had here: " + Epoll.unavailabilityCause());
        }
        yield epoll(settings, ticker);
      }
      case IO_URING -> {
        if (!IoUring.isAvailable()) {
          throw new TransportUnavailableException(
              "transport = io-uring cannot be had here: " + IoUring.unavailabilityCause());
        }
        yield ioUring(settings);
      }
    };
  }

  private static Transport open(String name, Channels channels, DataPathSettings settings) {
    return new Transport(
        name, channels, channels.handler().get(), threads(settings), connected -> {});
  }

  /**
   * A poll for writability is over, and says nothing of that, when the other end has sent its FIN:
   * the kernel adds that event to every poll. Netty's io_uring takes the poll for one that goes on,
   * and writes nothing more. So it must never have to poll.
   */
  private static Transport ioUring(DataPathSettings settings) {
    BlockingMode blocking;
    try {
      blocking = new BlockingMode();
    } catch (UnsupportedOperationException | IllegalCallerException fault) {
      throw new TransportUnavailableException("transport = io-uring cannot be had here: " + fault);
    }
    return new Transport(
        "io-uring",
        Channels.IO_URING,
        Channels.IO_URING.handler().get(),
        threads(settings),
        socket -> blocking.set(((IoUringSocketChannel) socket).fd()));
  }

  private static Transport epoll(DataPathSettings settings, Ticker ticker) {
    Duration window = settings.busyPoll();
    IoHandlerFactory data =
        window.isZero()
            ? EpollIoHandler.newFactory()
            : EpollIoHandler.newFactory(0, () -> new BusyPolling(window, ticker));
    return new Transport("epoll", Channels.EPOLL, data, threads(settings), connected -> {});
  }

  private static int threads(DataPathSettings settings) {
    int loops = settings.eventLoops();
    return loops > 0 ? loops : Runtime.getRuntime().availableProcessors();
  }

  /** epoll, io-uring or nio. */
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

  /** Bare sockets for the data path; empty where it runs on channels. */
  public Optional<EpollSockets> sockets() {
    return channels.sockets();
  }

  /** A socket that is not connected yet. */
  public SocketChannel newSocket() {
    return channels.socket().get();
  }

  /** A server socket that is not bound yet. */
  public ServerChannel newServer() {
    return channels.server().get();
  }

  /** What an accepted socket needs. */
  public void accepted(Channel socket, TcpOptions options) {
    socket.config().setOption(ChannelOption.TCP_NODELAY, true);
    keepAlive(socket, options);
  }

  /** What every socket to an endpoint needs before it connects. */
  public void connecting(Channel socket) {
    socket.config().setOption(ChannelOption.TCP_NODELAY, true);
  }

  /** What a socket needs that has reached its endpoint and is open; its event loop. */
  public void connected(SocketChannel socket) {
    onConnected.accept(socket);
  }

  /**
   * Whether a connection was reset, as far as this transport can say without reading: io_uring can,
   * at the price of a call to the kernel.
   */
  public static boolean gone(SocketChannel socket) {
    return socket instanceof IoUringSocketChannel uring
        && (!uring.isOpen() || uring.tcpInfo().state() == TCP_CLOSE);
  }

  /**
   * Has the kernel watch over a connection. NIO does so without {@code TCP_USER_TIMEOUT}, which it
   * cannot set.
   */
  public void keepAlive(Channel socket, TcpOptions options) {
    boolean uring = socket instanceof IoUringSocketChannel;
    boolean keepAlive = !options.keepAliveIdle().isZero();
    ChannelConfig config = socket.config();
    config.setOption(ChannelOption.SO_KEEPALIVE, keepAlive);
    if (keepAlive) {
      config.setOption(
          uring ? IoUringChannelOption.TCP_KEEPIDLE : NIO_KEEPIDLE,
          EpollSockets.seconds(options.keepAliveIdle()));
      config.setOption(
          uring ? IoUringChannelOption.TCP_KEEPINTVL : NIO_KEEPINTVL,
          EpollSockets.seconds(options.keepAliveInterval()));
      config.setOption(
          uring ? IoUringChannelOption.TCP_KEEPCNT : NIO_KEEPCNT, options.keepAliveProbes());
    }
    if (uring) {
      config.setOption(
          IoUringChannelOption.TCP_USER_TIMEOUT, Math.toIntExact(options.userTimeout().toMillis()));
    }
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

  private record Channels(
      Supplier<IoHandlerFactory> handler,
      Supplier<ServerChannel> server,
      Supplier<SocketChannel> socket,
      Class<? extends SocketChannel> socketType,
      Class<? extends DatagramChannel> datagramType,
      Optional<EpollSockets> sockets) {
    static final Channels EPOLL =
        new Channels(
            EpollIoHandler::newFactory,
            EpollServerSocketChannel::new,
            EpollSocketChannel::new,
            EpollSocketChannel.class,
            EpollDatagramChannel.class,
            Optional.of(new EpollSockets()));
    static final Channels IO_URING =
        new Channels(
            IoUringIoHandler::newFactory,
            IoUringServerSocketChannel::new,
            IoUringSocketChannel::new,
            IoUringSocketChannel.class,
            IoUringDatagramChannel.class,
            Optional.empty());
    static final Channels NIO =
        new Channels(
            NioIoHandler::newFactory,
            NioServerSocketChannel::new,
            NioSocketChannel::new,
            NioSocketChannel.class,
            NioDatagramChannel.class,
            Optional.empty());
  }
}
