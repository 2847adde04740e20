package io.sallyport.engine.session;

import io.netty.buffer.ByteBuf;

/**
 * Tells whether a client that waits has gone. An end behind words may be the end of a question that
 * still wants its answer; but there is no such question in TLS, where the client speaks again.
 */
record LookOut(Circuit.Events events) implements Circuit.Opening {
  /** How a record of TLS's handshake begins. */
  private static final int HANDSHAKE = 0x16;

  @Override
  public boolean heard(ByteBuf bytes, boolean ended) {
    boolean silent = !bytes.isReadable();
    if (ended && (silent || bytes.getUnsignedByte(bytes.readerIndex()) == HANDSHAKE)) {
      events.clientBroke();
      return false;
    }
    return ended || bytes.readableBytes() >= MOST;
  }

  @Override
  public void done() {
    // What was read waits for the endpoint.
  }
}
