package io.sallyport.engine.session;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.engine.transport.Transport;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An intake on a channel of Netty's, for transports without bare sockets. */
final class ChannelIntake implements Intake {
  private final EventLoop loop;
  private final Transport transport;
  private final InetSocketAddress address;
  private final int backlog;
  private final Taker taker;
  private volatile TcpOptions options;
  private volatile @Nullable ServerChannel channel;

  ChannelIntake(
      EventLoop loop,
      Transport transport,
      InetSocketAddress address,
      int backlog,
      TcpOptions options,
      Taker taker) {
    this.loop = loop;
    this.transport = transport;
    this.address = address;
    this.backlog = backlog;
    this.options = options;
    this.taker = taker;
  }

  @Override
  public CompletableFuture<Void> open(TcpOptions first) {
    options = first;
    CompletableFuture<Void> opened = new CompletableFuture<>();
    ServerChannel server;
    try {
      server = transport.newServer();
    } catch (RuntimeException noSocket) {
      opened.completeExceptionally(noSocket);
      return opened;
    }
    channel = server;
    server.config().setOption(ChannelOption.SO_BACKLOG, backlog);
    server.config().setOption(ChannelOption.SO_REUSEADDR, true);
    server.pipeline().addLast(new Acceptor());
    loop.register(server);
    server
        .bind(address)
        .addListener(bound -> {
          if (bound.isSuccess()) {
            opened.complete(null);
          } else {
            server.close();
            opened.completeExceptionally(bound.cause());
          }
        });
    return opened;
  }

  @Override
  public void pause() {
    accept(false);
  }

  @Override
  public void resume() {
    accept(true);
  }

  private void accept(boolean more) {
    ServerChannel server = channel;
    if (server != null && server.isOpen()) {
      server.config().setAutoRead(more);
    }
  }

  @Override
  public void inherit(TcpOptions changed) {
    options = changed;
  }

  @Override
  public CompletableFuture<Void> close() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    ServerChannel server = channel;
    if (server == null) {
      closed.complete(null);
    } else {
      server.close().addListener(done -> closed.complete(null));
    }
    return closed;
  }

  /** Takes connections from the kernel. */
  private final class Acceptor extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      SocketChannel accepted = (SocketChannel) message;
      InetSocketAddress client = accepted.remoteAddress();
      if (client == null) {
        // It has gone already.
        Transport.discard(accepted);
        return;
      }
      taker.took(
          new Accepted() {
            @Override
            public InetSocketAddress client() {
              return client;
            }

            @Override
            public Circuit circuit(SessionLoop home, Circuit.Events events) {
              return new ChannelCircuit(home, transport, options, accepted, events);
            }

            @Override
            public void discard() {
              Transport.discard(accepted);
            }
          });
    }

    @Override
    @SuppressWarnings(
        "deprecation") // Deprecated for handlers in general; inbound ones override it.
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      taker.shortage(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      taker.closed();
    }
  }
}
