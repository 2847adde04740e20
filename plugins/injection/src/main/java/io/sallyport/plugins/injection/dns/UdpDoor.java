package io.sallyport.plugins.injection.dns;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Questions as datagrams. */
final class UdpDoor extends SimpleChannelInboundHandler<DatagramPacket> {
  private static final Logger LOG = LoggerFactory.getLogger(UdpDoor.class);

  private final Clients clients;
  private final Responder responder;
  private final Forwarder forwarder;

  UdpDoor(Clients clients, Responder responder, Forwarder forwarder) {
    this.clients = clients;
    this.responder = responder;
    this.forwarder = forwarder;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
    InetSocketAddress client = packet.sender();
    if (!clients.hold(client)) {
      return;
    }
    switch (responder.judge(Message.copyOf(packet.content()))) {
      case Responder.Verdict.Ignore() -> {}
      case Responder.Verdict.Refusal(Message reply) -> send(context, client, reply);
      case Responder.Verdict.Answer(Query query, Message reply) ->
          send(context, client, fitting(query, reply));
      case Responder.Verdict.Forward(Query query) ->
          forwarder.forward(query, false, reply -> send(context, client, fitting(query, reply)));
    }
  }

  /** A door stays open whatever comes through it. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
    LOG.atDebug().setCause(fault).log("a datagram could not be dealt with");
  }

  private static Message fitting(Query query, Message reply) {
    return reply.length() <= query.largestUdpAnswer() ? reply : Reply.truncated(query, reply);
  }

  /** Where the socket is full, the answer is lost as any datagram may be, and asked for again. */
  private static void send(ChannelHandlerContext context, InetSocketAddress client, Message reply) {
    if (context.channel().isWritable()) {
      context.writeAndFlush(new DatagramPacket(reply.buffer(), client));
    }
  }
}
