package io.sallyport.plugins.injection.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One question to one name server, on a socket of its own that takes packets from nobody else.
 * Event loop; ends exactly once.
 */
final class Exchange {
  private static final int LARGEST_DATAGRAM = 16 << 10;

  private final EventLoop loop;
  private final Query query;
  private final int id;
  private final InetSocketAddress server;
  private final Way way;
  private final Consumer<End> receiver;
  private @Nullable Channel channel;
  private @Nullable Future<?> timer;
  private boolean ended;

  /** How it travels. */
  enum Way {
    UDP,
    TCP
  }

  /** How it ended. */
  sealed interface End {
    /** No answer in time, or nobody there. */
    record Silence() implements End {}

    /** An answer to this question. */
    record Heard(Answer answer) implements End {}
  }

  Exchange(
      EventLoop loop,
      Query query,
      int id,
      InetSocketAddress server,
      Way way,
      Consumer<End> receiver) {
    this.loop = loop;
    this.query = query;
    this.id = id;
    this.server = server;
    this.way = way;
    this.receiver = receiver;
  }

  void start(long timeout, TimeUnit unit) {
    timer = loop.schedule(() -> end(new End.Silence()), timeout, unit);
    Bootstrap bootstrap = new Bootstrap().group(loop);
    switch (way) {
      case UDP ->
          bootstrap
              .channel(NioDatagramChannel.class)
              .option(
                  ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LARGEST_DATAGRAM))
              .handler(new Datagrams());
      case TCP ->
          bootstrap
              .channel(NioSocketChannel.class)
              .handler(
                  new ChannelInitializer<NioSocketChannel>() {
                    @Override
                    protected void initChannel(NioSocketChannel made) {
                      Framing.on(made.pipeline()).addLast(new Frames());
                    }
                  });
    }
    ChannelFuture connecting = bootstrap.connect(server);
    channel = connecting.channel();
    connecting.addListener(done -> {
      if (done.isSuccess()) {
        send(connecting.channel());
      } else {
        end(new End.Silence());
      }
    });
  }

  private void send(Channel connected) {
    if (ended) {
      connected.close();
      return;
    }
    connected
        .writeAndFlush(query.message().numbered(id).buffer())
        .addListener(written -> {
          if (!written.isSuccess()) {
            end(new End.Silence());
          }
        });
  }

  private void received(ByteBuf bytes) {
    Answer answer = Answer.of(Message.copyOf(bytes), query, id);
    // One that is not meant for this question does not end it: the right one may follow.
    if (!(answer instanceof Answer.Foreign)) {
      end(new End.Heard(answer));
    }
  }

  private void end(End how) {
    if (ended) {
      return;
    }
    ended = true;
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
    Channel open = channel;
    if (open != null) {
      open.close();
    }
    receiver.accept(how);
  }

  private final class Datagrams extends SimpleChannelInboundHandler<DatagramPacket> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
      received(packet.content());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable unreachable) {
      end(new End.Silence());
    }
  }

  private final class Frames extends SimpleChannelInboundHandler<ByteBuf> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
      received(frame);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      end(new End.Silence());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable broken) {
      end(new End.Silence());
    }
  }
}
