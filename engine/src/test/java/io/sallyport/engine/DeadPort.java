package io.sallyport.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * An address that refuses every connection, and goes on doing so: the port is bound but not
 * listened at, so that nobody else can come to listen there meanwhile.
 */
final class DeadPort implements AutoCloseable {
  private final Socket holder = new Socket();

  DeadPort() throws IOException {
    holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  int number() {
    return holder.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    holder.close();
  }
}
