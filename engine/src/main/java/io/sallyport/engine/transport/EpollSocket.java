package io.sallyport.engine.transport;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * A TCP socket that an event loop watches by epoll(7): edge triggered, and told to the kernel once.
 * So it costs one epoll_ctl(2) in its life, and none when its owner's interests change; the price
 * is that the owner must remember what the socket was ready for.
 *
 * <p>Owned by its event loop.
 */
public final class EpollSocket implements EpollIoHandle {
  /** EPOLLPRI of &lt;sys/epoll.h&gt;: there is urgent data. */
  private static final int URGENT = 0x2;

  private static final EpollIoOps EDGES =
      EpollIoOps.EPOLLIN
          .with(EpollIoOps.EPOLLOUT)
          .with(EpollIoOps.EPOLLRDHUP)
          .with(EpollIoOps.EPOLLET)
          .with(EpollIoOps.valueOf(URGENT));
  private static final int IN = EpollIoOps.EPOLLIN.value();
  private static final int OUT = EpollIoOps.EPOLLOUT.value();
  private static final int END = EpollIoOps.EPOLLRDHUP.value();

  private static final int BROKEN = EpollIoOps.EPOLLERR.value();

  /** EPOLLHUP of &lt;sys/epoll.h&gt;: both directions have ended, which is no fault. */
  private static final int HANG_UP = 0x10;

  private final FileDescriptor descriptor;
  private final Watcher watcher;
  private @Nullable Socket socket;
  private @Nullable IoRegistration registration;
  private boolean readable;
  private boolean writable;
  private boolean ending;
  private boolean broken;
  private boolean finished;
  private boolean urgent;
  private @Nullable IOException fault;

  /** Is told that a socket may be ready for what it was not ready for before. Event loop. */
  @FunctionalInterface
  public interface Watcher {
    /** Some readiness is new. */
    void ready(EpollSocket socket);
  }

  /** An accepted connection, which is writable until a write says otherwise. */
  EpollSocket(FileDescriptor accepted, Watcher watcher) {
    this.descriptor = accepted;
    this.watcher = watcher;
    this.writable = true;
  }

  /** A socket that connects. */
  EpollSocket(Socket connecting, Watcher watcher) {
    this.descriptor = connecting;
    this.socket = connecting;
    this.watcher = watcher;
  }

  /** Begins to watch. Event loop. */
  public void watch(IoEventLoop loop) throws IOException {
    var registered = loop.register(this);
    IoRegistration made = registered.getNow();
    if (made == null) {
      throw new IOException("the event loop does not take a socket", registered.cause());
    }
    registration = made;
    made.submit(EDGES);
  }

  /** Whether a read may find something. */
  public boolean readable() {
    return readable;
  }

  /** Whether a write may be taken. */
  public boolean writable() {
    return writable;
  }

  /** Whether the other end has sent its FIN, which stands behind everything it has sent. */
  public boolean ending() {
    return ending;
  }

  /**
   * Whether the other end has ever sent urgent data, which a read stops before, and then goes past:
   * a short read does not mean that there is nothing more, and splice(2) comes to a halt there.
   */
  public boolean urgent() {
    return urgent;
  }

  /** Whether the FIN came before any reset: all that was sent before it can be read even then. */
  public boolean finished() {
    return finished;
  }

  /** Whether the kernel has reported an error or a reset. */
  public boolean broken() {
    return broken;
  }

  /**
   * Reads into memory. A short read means that there is nothing more for now, where nothing is
   * {@link #urgent}.
   *
   * @return bytes read; 0 when there is nothing; -1 at the end
   */
  public int read(long address, int capacity) throws IOException {
    int count;
    try {
      count = descriptor.readAddress(address, 0, capacity);
    } catch (IOException gone) {
      throw failed(gone);
    }
    if (count < capacity && !ending && !broken && !urgent) {
      readable = false;
    }
    return count;
  }

  /** Writes from memory; the answer is how many bytes were taken. */
  public int write(long address, int from, int to) throws IOException {
    int count;
    try {
      count = descriptor.writeAddress(address, from, to);
    } catch (IOException gone) {
      throw failed(gone);
    }
    if (count < to - from) {
      writable = false;
    }
    return count;
  }

  /** What the kernel said of it when it failed; null while it has not. */
  public @Nullable IOException fault() {
    return fault;
  }

  /** Remembers why it failed, for the first time. */
  IOException failed(IOException gone) {
    if (fault == null) {
      fault = gone;
    }
    return gone;
  }

  /** There may be something to read that no event has told of yet, if only a fault. */
  public void lookAgain() {
    readable = true;
  }

  /** There is nothing to read for now. */
  public void drained() {
    readable = false;
  }

  /** It takes no more for now. */
  void filled() {
    writable = false;
  }

  /**
   * Keeps what is written next until the FIN, which must follow: both leave in one segment then,
   * and the other end is woken once. Costs a call, and saves more than that.
   */
  public void cork() {
    try {
      socket().setIntOpt(EpollSockets.IPPROTO_TCP, EpollSockets.TCP_CORK, 1);
    } catch (IOException gone) {
      // The write will tell.
    }
  }

  /** Sends the FIN. */
  public void shutdownOutput() throws IOException {
    try {
      socket().shutdown(false, true);
    } catch (NotYetConnectedException reset) {
      // What Netty makes of ENOTCONN: it was reset meanwhile.
      throw new IOException("reset before it was told the end", reset);
    }
  }

  /** The socket for what a descriptor alone cannot do; asks the kernel the first time. */
  public Socket socket() {
    Socket made = socket;
    if (made == null) {
      made = new Socket(descriptor.intValue());
      socket = made;
    }
    return made;
  }

  /** Makes the close to come one that the other end takes for a cut: by RST. */
  public void cut() {
    try {
      socket().setSoLinger(0);
    } catch (IOException gone) {
      // It is closed all the same.
    }
  }

  @Override
  public FileDescriptor fd() {
    return descriptor;
  }

  @Override
  public void handle(IoRegistration source, IoEvent event) {
    int ops = ((EpollIoEvent) event).ops().value();
    broken |= (ops & BROKEN) != 0;
    // A reset alone tells both at once.
    finished |= (ops & END) != 0 && !broken;
    ending |= (ops & END) != 0;
    urgent |= (ops & URGENT) != 0;
    readable |= broken || ending || (ops & (IN | URGENT | HANG_UP)) != 0;
    writable |= broken || (ops & (OUT | HANG_UP)) != 0;
    watcher.ready(this);
  }

  /**
   * Closes. The kernel forgets a closed socket's epoll entry by itself. Not to be called while the
   * loop works on a batch of events: the number of the descriptor may come back at once, and what
   * the batch still holds for the old socket would be taken for the new one's.
   */
  @Override
  public void close() {
    try {
      descriptor.close();
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
