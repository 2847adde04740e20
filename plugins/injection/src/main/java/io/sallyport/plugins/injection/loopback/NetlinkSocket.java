package io.sallyport.plugins.injection.loopback;

import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;

/**
 * A netlink socket of the route family.
 *
 * <p>One thread at a time; no thread may be within a call when it is closed.
 */
final class NetlinkSocket implements AutoCloseable {
  private final LibC libc;
  private final int descriptor;
  private boolean overrun;

  /**
   * Opens the socket.
   *
   * @param groups the news to subscribe to, as bits of {@link Rtnetlink}'s multicast groups
   * @throws NetlinkException when the system refuses one
   */
  NetlinkSocket(LibC libc, int groups) {
    this.libc = libc;
    descriptor =
        libc.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, LibC.NETLINK_ROUTE);
    if (descriptor < 0) {
      throw new NetlinkException("open a netlink socket", -descriptor);
    }
    // Both only make refusals terser and clearer, and both are missing before Linux 4.12.
    libc.setOption(descriptor, LibC.SOL_NETLINK, LibC.NETLINK_CAP_ACK, 1);
    libc.setOption(descriptor, LibC.SOL_NETLINK, LibC.NETLINK_EXT_ACK, 1);
    int bound = libc.bindNetlink(descriptor, groups);
    if (bound < 0) {
      libc.close(descriptor);
      throw new NetlinkException("bind a netlink socket", -bound);
    }
  }

  /** For poll and send. */
  int descriptor() {
    return descriptor;
  }

  /**
   * Waits for something to read.
   *
   * @return false when the time is over
   */
  boolean await(int millis) {
    long ready = libc.pollReadable(millis, descriptor);
    if (ready < 0) {
      throw new NetlinkException("wait for the kernel's answer", (int) -ready);
    }
    return ready != 0;
  }

  /**
   * Reads one datagram without waiting.
   *
   * @return its length; empty when there is none or when some were lost, see {@link #overrun}
   * @throws NetlinkException when it is longer than the buffer, or the socket failed
   */
  OptionalInt receive(MemorySegment buffer) {
    long length = libc.receive(descriptor, buffer, LibC.MSG_DONTWAIT | LibC.MSG_TRUNC);
    if (length == -Errno.EAGAIN) {
      return OptionalInt.empty();
    }
    if (length == -Errno.ENOBUFS) {
      overrun = true;
      return OptionalInt.empty();
    }
    if (length < 0) {
      throw new NetlinkException("read the kernel's answer", (int) -length);
    }
    if (length > buffer.byteSize()) {
      throw new NetlinkException("the kernel sent " + length + " bytes at once");
    }
    return OptionalInt.of((int) length);
  }

  /** True when the kernel had to drop messages to this socket since {@link #forgetOverrun}. */
  boolean overrun() {
    return overrun;
  }

  /** Begins anew. */
  void forgetOverrun() {
    overrun = false;
  }

  @Override
  public void close() {
    libc.close(descriptor);
  }
}
