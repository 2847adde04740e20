package io.sallyport.engine.transport;

import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;

/**
 * A pipe through which the kernel moves bytes from one socket to another by splice(2), so that they
 * need not come up here. Two descriptors.
 *
 * <p>Owned by one event loop.
 */
public final class Pipe {
  /** More than a pipe ever holds: the kernel moves what there is, and what fits. */
  private static final int MOST = 1 << 20;

  private static final int NO_OFFSET = -1;

  private final FileDescriptor mouth;
  private final FileDescriptor end;
  private int held;

  /** Opens one. */
  Pipe() throws IOException {
    FileDescriptor[] pair = FileDescriptor.pipe();
    end = pair[0];
    mouth = pair[1];
  }

  /** Bytes that are in it. */
  public int held() {
    return held;
  }

  /**
   * Takes in what a socket has. Only for an empty pipe, since a full one looks like a socket that
   * has nothing.
   *
   * @return bytes taken in; 0 when the socket has none for now, or none any more
   */
  public int fill(EpollSocket from) throws IOException {
    int count;
    try {
      count = Native.splice(from.fd().intValue(), NO_OFFSET, mouth.intValue(), NO_OFFSET, MOST);
    } catch (IOException gone) {
      throw from.failed(gone);
    }
    held += count;
    return count;
  }

  /** Gives a socket what it takes. */
  public void pour(EpollSocket to) throws IOException {
    int count;
    try {
      count = Native.splice(end.intValue(), NO_OFFSET, to.fd().intValue(), NO_OFFSET, held);
    } catch (IOException gone) {
      throw to.failed(gone);
    }
    held -= count;
    if (held > 0) {
      to.filled();
    }
  }

  void close() {
    for (FileDescriptor descriptor : new FileDescriptor[] {mouth, end}) {
      try {
        descriptor.close();
      } catch (IOException gone) {
        // The descriptor is given back whatever close(2) says.
      }
    }
  }
}
