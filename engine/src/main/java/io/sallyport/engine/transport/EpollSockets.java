package io.sallyport.engine.transport;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.sallyport.api.catalog.TcpOptions;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Makes bare sockets for event loops that use epoll. Any thread may call; sockets belong to their
 * event loops.
 */
public final class EpollSockets {
  // Linux's numbers, from <asm-generic/socket.h>, <linux/in.h> and <linux/tcp.h>.
  private static final int IPPROTO_IP = 0;
  private static final int IP_BIND_ADDRESS_NO_PORT = 24;
  private static final int SOL_SOCKET = 1;
  private static final int SO_KEEPALIVE = 9;
  static final int IPPROTO_TCP = 6;
  static final int TCP_CORK = 3;
  private static final int TCP_KEEPIDLE = 4;
  private static final int TCP_KEEPINTVL = 5;
  private static final int TCP_KEEPCNT = 6;
  private static final int TCP_USER_TIMEOUT = 18;

  EpollSockets() {}

  /**
   * A socket that connects.
   *
   * @param done whether it is connected already
   */
  public record Connecting(EpollSocket socket, boolean done) {}

  /**
   * A connection that was accepted and is not watched yet.
   *
   * @param client where it comes from
   */
  public record Taken(FileDescriptor descriptor, InetSocketAddress client) {
    /** Gives it an owner. */
    public EpollSocket socket(EpollSocket.Watcher watcher) {
      return new EpollSocket(descriptor, watcher);
    }

    /** Closes it. */
    public void discard() {
      try {
        descriptor.close();
      } catch (IOException gone) {
        // The descriptor is given back whatever close(2) says.
      }
    }
  }

  /**
   * Begins to connect.
   *
   * @param from an address of the node; null leaves it to the kernel
   * @throws SourceAddressException when no connection can come from there
   * @throws IOException when the network, or this node, refuses at once
   * @throws ChannelException when there is no descriptor
   */
  public Connecting connect(
      InetSocketAddress to, @Nullable InetAddress from, EpollSocket.Watcher watcher)
      throws IOException {
    LinuxSocket socket = LinuxSocket.newSocketStream(to.getAddress() instanceof Inet6Address);
    try {
      socket.setTcpNoDelay(true);
      if (from != null) {
        bind(socket, from, to.getAddress());
      }
      boolean done = socket.connect(to);
      return new Connecting(new EpollSocket(socket, watcher), done);
    } catch (IOException fault) {
      socket.close();
      throw fault;
    }
  }

  private static void bind(Socket socket, InetAddress from, InetAddress to) throws IOException {
    SourceAddressException.check(from, to);
    try {
      // The port is chosen when it connects: it need differ only among those to one endpoint.
      socket.setIntOpt(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    } catch (IOException olderKernel) {
      // It is chosen now.
    }
    try {
      socket.bind(new InetSocketAddress(from, 0));
    } catch (IOException fault) {
      throw SourceAddressException.of(from, fault);
    }
  }

  /** Why a connect failed. */
  public Throwable fault(EpollSocket failed) {
    try {
      failed.socket().finishConnect();
      return new IOException("the connection broke while it was made");
    } catch (IOException fault) {
      return fault;
    }
  }

  /** Has the kernel watch over a connection that lasts. */
  public void keepAlive(EpollSocket socket, TcpOptions options) {
    try {
      keepAlive(socket.socket(), options);
    } catch (IOException gone) {
      // Then there is nothing to watch over.
    }
  }

  static void keepAlive(Socket socket, TcpOptions options) throws IOException {
    boolean keepAlive = !options.keepAliveIdle().isZero();
    socket.setIntOpt(SOL_SOCKET, SO_KEEPALIVE, keepAlive ? 1 : 0);
    if (keepAlive) {
      socket.setIntOpt(IPPROTO_TCP, TCP_KEEPIDLE, seconds(options.keepAliveIdle()));
      socket.setIntOpt(IPPROTO_TCP, TCP_KEEPINTVL, seconds(options.keepAliveInterval()));
      socket.setIntOpt(IPPROTO_TCP, TCP_KEEPCNT, options.keepAliveProbes());
    }
    // Zero means to Linux what it means to us.
    socket.setIntOpt(
        IPPROTO_TCP, TCP_USER_TIMEOUT, Math.toIntExact(options.userTimeout().toMillis()));
  }

  static int seconds(Duration duration) {
    return Math.toIntExact(Math.max(1, duration.toSeconds()));
  }
}
