package io.sallyport.plugins.injection.dns;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;

/** Questions over one connection; answers may come in another order than the questions. */
final class TcpDoor extends SimpleChannelInboundHandler<ByteBuf> {
  /** Who asks more at once waits until some are answered, and the answers taken. */
  static final int AT_ONCE = 8;

  private final Responder responder;
  private final Forwarder forwarder;
  private int open;

  TcpDoor(Responder responder, Forwarder forwarder) {
    this.responder = responder;
    this.forwarder = forwarder;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
    switch (responder.judge(Message.copyOf(frame))) {
      case Responder.Verdict.Ignore() -> context.close();
      case Responder.Verdict.Refusal(Message reply) -> {
        opened(context);
        send(context, reply);
      }
      case Responder.Verdict.Answer(Query query, Message reply) -> {
        opened(context);
        send(context, reply);
      }
      case Responder.Verdict.Forward(Query query) -> {
        opened(context);
        forwarder.forward(query, true, reply -> send(context, reply));
      }
    }
  }

  /** A broken frame, a time-out, a reset: the connection is of no more use. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
    context.close();
  }

  private void opened(ChannelHandlerContext context) {
    open++;
    if (open >= AT_ONCE) {
      context.channel().config().setAutoRead(false);
    }
  }

  private void send(ChannelHandlerContext context, Message reply) {
    context
        .writeAndFlush(reply.buffer())
        .addListener(written -> {
          open--;
          if (open < AT_ONCE) {
            context.channel().config().setAutoRead(true);
          }
        });
  }
}
