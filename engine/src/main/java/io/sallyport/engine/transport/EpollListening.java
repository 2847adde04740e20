package io.sallyport.engine.transport;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.NativeInetAddress;
import io.sallyport.api.catalog.TcpOptions;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket on an event loop that uses epoll. It hands on what it accepts with the address
 * that accept4(2) told, and asks the kernel for nothing more.
 *
 * <p>Owned by its event loop, once it is open.
 */
public final class EpollListening implements EpollIoHandle {
  /** Accepted in one turn, after which sessions have theirs. */
  private static final int TURN = 16;

  /** Bytes of the length, an IPv6 address with its scope, and the port. */
  private static final int ADDRESS = 26;

  private final LinuxSocket socket;
  private final Consumer<EpollSockets.Taken> taker;
  private final Consumer<IOException> onShortage;
  private final byte[] address = new byte[ADDRESS];
  private @Nullable IoRegistration registration;
  private boolean paused;

  private EpollListening(
      LinuxSocket socket, Consumer<EpollSockets.Taken> taker, Consumer<IOException> onShortage) {
    this.socket = socket;
    this.taker = taker;
    this.onShortage = onShortage;
  }

  /**
   * Opens one and accepts from now on. Event loop.
   *
   * @param options are inherited by what it accepts, which saves the calls for each session
   * @param taker gets what was accepted
   * @param onShortage hears why nothing could be accepted; should {@link #pause} for a while
   * @throws IOException when the system refuses the address or the port
   */
  public static EpollListening open(
      IoEventLoop loop,
      InetSocketAddress at,
      int backlog,
      TcpOptions options,
      Consumer<EpollSockets.Taken> taker,
      Consumer<IOException> onShortage)
      throws IOException {
    LinuxSocket socket = LinuxSocket.newSocketStream(at.getAddress() instanceof Inet6Address);
    EpollListening made = new EpollListening(socket, taker, onShortage);
    try {
      socket.setReuseAddress(true);
      socket.setTcpNoDelay(true);
      EpollSockets.keepAlive(socket, options);
      socket.bind(at);
      socket.listen(backlog);
      IoRegistration registered = loop.register(made).getNow();
      if (registered == null) {
        throw new IOException("the event loop does not take a socket");
      }
      made.registration = registered;
      registered.submit(EpollIoOps.EPOLLIN);
      return made;
    } catch (IOException fault) {
      socket.close();
      throw fault;
    }
  }

  /** Gives other options to what it accepts from now on. */
  public void inherit(TcpOptions options) throws IOException {
    EpollSockets.keepAlive(socket, options);
  }

  /** Leaves further clients in the kernel's backlog. */
  public void pause() {
    IoRegistration watched = registration;
    if (watched != null && !paused) {
      paused = true;
      watched.submit(EpollIoOps.EPOLLERR);
    }
  }

  /** Accepts again. */
  public void resume() {
    IoRegistration watched = registration;
    if (watched != null && paused) {
      paused = false;
      watched.submit(EpollIoOps.EPOLLIN);
    }
  }

  /** Whether it has not been closed. */
  public boolean isOpen() {
    return socket.isOpen();
  }

  @Override
  public FileDescriptor fd() {
    return socket;
  }

  @Override
  public void handle(IoRegistration source, IoEvent event) {
    for (int i = 0; i < TURN && !paused && isOpen(); i++) {
      int accepted;
      try {
        accepted = socket.accept(address);
      } catch (IOException shortage) {
        onShortage.accept(shortage);
        return;
      }
      if (accepted < 0) {
        return;
      }
      InetSocketAddress client = NativeInetAddress.address(address, 1, address[0]);
      taker.accept(new EpollSockets.Taken(new FileDescriptor(accepted), client));
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException gone) {
      // The descriptor is given back whatever close(2) says.
    }
    IoRegistration watched = registration;
    registration = null;
    if (watched != null) {
      watched.cancel();
    }
  }
}
