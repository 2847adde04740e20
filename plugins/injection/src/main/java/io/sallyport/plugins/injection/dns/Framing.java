package io.sallyport.plugins.injection.dns;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;

/** Messages over TCP have their length before them. */
final class Framing {
  private static final int LARGEST_MESSAGE = 0xffff;

  private Framing() {}

  /** Messages of any length. */
  static ChannelPipeline on(ChannelPipeline pipeline) {
    return on(pipeline, LARGEST_MESSAGE);
  }

  /** Messages of up to a length; a longer one is an exception before it is gathered. */
  static ChannelPipeline on(ChannelPipeline pipeline, int largest) {
    return pipeline
        .addLast(new LengthFieldPrepender(Short.BYTES))
        .addLast(
            new LengthFieldBasedFrameDecoder(
                largest + Short.BYTES, 0, Short.BYTES, 0, Short.BYTES));
  }
}
