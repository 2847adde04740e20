package io.sallyport.engine.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.sallyport.engine.transport.Transport;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One of a session's two connections. What it receives goes to the other side; it reads only while
 * the other side can take more.
 *
 * <p>Owned by the session's event loop.
 */
final class ChannelSide extends ChannelInboundHandlerAdapter {
  private final Role role;
  private final Circuit.Events events;
  private final BooleanSupplier over;
  private final SocketChannel channel;
  private @Nullable ChannelSide peer;
  private @Nullable ArrayDeque<ByteBuf> early;
  private Circuit.@Nullable Opening opening;
  private long received;
  private boolean asked;
  private boolean inputEnded;
  private boolean outputEnded;
  private @Nullable Throwable fault;

  /** Whose connection it is. */
  enum Role {
    CLIENT,
    ENDPOINT
  }

  ChannelSide(Role role, Circuit.Events events, BooleanSupplier over, SocketChannel channel) {
    this.role = role;
    this.events = events;
    this.over = over;
    this.channel = channel;
  }

  SocketChannel channel() {
    return channel;
  }

  /** Bytes read from this side so far. */
  long received() {
    return received;
  }

  /** How many bytes wait until this side can take them. */
  long waiting() {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting == null ? 0 : waiting.totalPendingWriteBytes();
  }

  /** True once this side has sent its FIN. */
  boolean inputEnded() {
    return inputEnded;
  }

  /** True once the other side's FIN has been passed on to this side, or its last byte has. */
  boolean outputEnded() {
    return outputEnded;
  }

  /** Why it broke, as the kernel has it; null while it has not. */
  @Nullable Throwable fault() {
    return fault;
  }

  /** Reads until an opening has enough. */
  void hear(Circuit.Opening listening) {
    opening = listening;
    if (inputEnded) {
      heard(listening);
    } else {
      ask();
    }
  }

  private void ask() {
    asked = true;
    channel.read();
  }

  private void heard(Circuit.Opening listening) {
    ByteBuf all = merged();
    int before = all.readableBytes();
    boolean enough = listening.heard(all, inputEnded);
    if (over.getAsBoolean()) {
      return;
    }
    received -= before - all.readableBytes();
    if (enough) {
      opening = null;
      listening.done();
    } else if (!inputEnded) {
      ask();
    }
  }

  /** All that came early, as one. */
  private ByteBuf merged() {
    ArrayDeque<ByteBuf> waiting = early;
    if (waiting == null) {
      waiting = new ArrayDeque<>(2);
      early = waiting;
    }
    ByteBuf all = waiting.isEmpty() ? channel.alloc().buffer() : waiting.remove();
    while (!waiting.isEmpty()) {
      ByteBuf more = waiting.remove();
      all.writeBytes(more);
      more.release();
    }
    waiting.add(all);
    return all;
  }

  /** Joins this side to the other one and passes on what came early. */
  void join(ChannelSide other) {
    peer = other;
    opening = null;
    ArrayDeque<ByteBuf> waiting = early;
    early = null;
    if (waiting != null) {
      waiting.forEach(data -> other.channel.write(data, other.channel.voidPromise()));
      other.channel.flush();
    }
    if (inputEnded) {
      passEnd(other);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf data = (ByteBuf) message;
    ChannelSide other = peer;
    if (over.getAsBoolean()) {
      data.release();
      return;
    }
    received += data.readableBytes();
    if (other == null) {
      // Without reading being asked for, data arrives only together with a FIN.
      if (early == null) {
        early = new ArrayDeque<>(2);
      }
      early.add(data);
      return;
    }
    other.channel.write(data, other.channel.voidPromise());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    boolean unasked = !asked;
    asked = false;
    if (unasked && !inputEnded && !over.getAsBoolean() && Transport.gone(channel)) {
      // io_uring reads what stands before a reset, and stops there: nobody would look further.
      breakOff();
      return;
    }
    Circuit.Opening listening = opening;
    if (listening != null && !over.getAsBoolean()) {
      heard(listening);
      return;
    }
    ChannelSide other = peer;
    if (other != null && !other.outputEnded) {
      other.channel.flush();
      readOn();
    }
  }

  /**
   * Asks for more, unless the other side is behind. Each read is asked for, rather than reading
   * turned on and off, because io_uring would have to cancel a read that it has begun.
   */
  void readOn() {
    ChannelSide other = peer;
    if (other != null && !inputEnded && other.channel.isWritable() && !over.getAsBoolean()) {
      ask();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    ChannelSide other = peer;
    if (other != null && channel.isWritable()) {
      other.readOn();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent && !inputEnded) {
      inputEnded = true;
      events.halfClosed();
      Circuit.Opening listening = opening;
      ChannelSide other = peer;
      if (listening != null && !over.getAsBoolean()) {
        heard(listening);
      } else if (other != null) {
        passEnd(other);
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    broke();
  }

  @Override
  @SuppressWarnings("deprecation") // Deprecated for handlers in general; inbound ones override it.
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      fault = cause;
      broke();
    } else {
      events.failed(cause);
    }
  }

  /** Closes with a RST, so that a cut is not taken for an orderly end. */
  void abort() {
    release();
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      Transport.discard(channel);
    }
  }

  void close() {
    release();
    Transport.discard(channel);
  }

  private void release() {
    ArrayDeque<ByteBuf> waiting = early;
    early = null;
    if (waiting != null) {
      waiting.forEach(ByteBuf::release);
    }
  }

  private void broke() {
    switch (role) {
      case CLIENT -> events.clientBroke();
      case ENDPOINT -> events.endpointBroke();
    }
  }

  /** It was reset. What an endpoint has said before that is delivered first. */
  private void breakOff() {
    ChannelSide other = peer;
    if (other == null || role == Role.CLIENT) {
      broke();
      return;
    }
    other
        .channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(written -> {
          if (!over.getAsBoolean()) {
            broke();
          }
        });
  }

  /**
   * Passes this side's FIN on, once all that it sent has been written. When the other direction has
   * ended before, closing says the same as a FIN, in one call less.
   */
  private void passEnd(ChannelSide other) {
    other
        .channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(written -> {
          if (!written.isSuccess() || over.getAsBoolean()) {
            return;
          }
          other.outputEnded = true;
          events.halfClosed();
          if (outputEnded) {
            events.completed();
          } else {
            other.channel.shutdownOutput();
          }
        });
  }
}
