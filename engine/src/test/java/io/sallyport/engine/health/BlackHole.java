package io.sallyport.engine.health;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A listening socket whose queue is full and that never accepts: the kernel drops further SYNs, as
 * a black hole does.
 */
final class BlackHole implements AutoCloseable {
  private static final int ENOUGH = 64;

  private final ServerSocket server = new ServerSocket();
  private final List<SocketChannel> fillers = new ArrayList<>();

  BlackHole() throws IOException {
    server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1);
    while (answers()) {
      if (fillers.size() > ENOUGH) {
        throw new IOException("the queue of a listener with backlog 1 does not fill up");
      }
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /** Adds one to the queue; false once there is no room. */
  private boolean answers() throws IOException {
    SocketChannel filler = SocketChannel.open();
    fillers.add(filler);
    try {
      filler.socket().connect(address(), 200);
      return true;
    } catch (SocketTimeoutException full) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel filler : fillers) {
      filler.close();
    }
    server.close();
  }
}
