package io.sallyport.engine.health;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;

/** How a probe leaves its endpoint. Event loop of the connection. */
final class Parting {
  private static final int NO_LINGER = 0;

  private Parting() {}

  /** In good order, so that the endpoint logs no fault. */
  static void friendly(Channel channel) {
    channel.close();
  }

  /** At once: what has failed gets no more of it. */
  static void abrupt(Channel channel) {
    if (!channel.isOpen()) {
      return;
    }
    if (channel.isActive()) {
      channel.config().setOption(ChannelOption.SO_LINGER, NO_LINGER);
    }
    // From the first handler's place: TLS would wait to say good-bye.
    ChannelHandlerContext first = channel.pipeline().firstContext();
    if (first == null) {
      channel.close();
    } else {
      first.close();
    }
  }
}
