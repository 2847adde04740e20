package io.sallyport.control.server;

import com.codahale.metrics.Counter;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.util.AsciiString;
import io.sallyport.api.plugin.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * gRPC's own way into TLS, which also writes down who speaks something else: gRPC closes such a
 * connection without a word. At most one line a second. Any thread.
 */
final class TlsNegotiator implements InternalProtocolNegotiator.ProtocolNegotiator {
  private static final Logger log = LoggerFactory.getLogger(TlsNegotiator.class);
  private static final long PAUSE = Duration.ofSeconds(1).toNanos();

  /** The type of the record that a handshake begins with (RFC 8446, section 5.1). */
  private static final int HANDSHAKE = 22;

  private final InternalProtocolNegotiator.ProtocolNegotiator tls;
  private final Counter others;
  private final Ticker ticker;
  private final AtomicLong quietUntil;

  /**
   * Has seen nobody.
   *
   * @param others counts the connections that speak no TLS
   */
  TlsNegotiator(SslContext context, Counter others, Ticker ticker) {
    this.tls = InternalProtocolNegotiators.serverTls(context);
    this.others = others;
    this.ticker = ticker;
    this.quietUntil = new AtomicLong(ticker.nanos());
  }

  @Override
  public AsciiString scheme() {
    return tls.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler handler) {
    return new FirstByte(tls.newHandler(handler));
  }

  @Override
  public void close() {
    tls.close();
  }

  /** Looks at what comes first, before TLS does, and goes. */
  private final class FirstByte extends ChannelInboundHandlerAdapter {
    private final ChannelHandler next;

    FirstByte(ChannelHandler next) {
      this.next = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      context.pipeline().addAfter(context.name(), null, next);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof ByteBuf data
          && data.isReadable()
          && data.getUnsignedByte(data.readerIndex()) != HANDSHAKE) {
        noTls(context);
      }
      context.fireChannelRead(message);
      context.pipeline().remove(this);
    }
  }

  private void noTls(ChannelHandlerContext context) {
    others.inc();
    long now = ticker.nanos();
    long until = quietUntil.get();
    if (now - until >= 0 && quietUntil.compareAndSet(until, now + PAUSE)) {
      log.atWarn()
          .addKeyValue("client", context.channel().remoteAddress())
          .log("a connection that speaks no TLS is closed");
    }
  }
}
