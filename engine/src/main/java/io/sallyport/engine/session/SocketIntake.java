package io.sallyport.engine.session;

import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.engine.transport.EpollListening;
import io.sallyport.engine.transport.EpollSockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An intake on a bare listening socket. */
final class SocketIntake implements Intake {
  private final EventLoop loop;
  private final EpollSockets sockets;
  private final InetSocketAddress address;
  private final int backlog;
  private final Taker taker;
  private @Nullable EpollListening listening;
  private boolean closed;

  SocketIntake(
      EventLoop loop, EpollSockets sockets, InetSocketAddress address, int backlog, Taker taker) {
    this.loop = loop;
    this.sockets = sockets;
    this.address = address;
    this.backlog = backlog;
    this.taker = taker;
  }

  @Override
  public CompletableFuture<Void> open(TcpOptions options) {
    CompletableFuture<Void> opened = new CompletableFuture<>();
    loop.execute(() -> {
      if (closed) {
        opened.complete(null);
        return;
      }
      try {
        listening =
            EpollListening.open(
                (IoEventLoop) loop, address, backlog, options, this::took, taker::shortage);
        opened.complete(null);
      } catch (IOException | ChannelException refused) {
        opened.completeExceptionally(refused);
      }
    });
    return opened;
  }

  @Override
  public void pause() {
    EpollListening open = listening;
    if (open != null && open.isOpen()) {
      open.pause();
    }
  }

  @Override
  public void resume() {
    EpollListening open = listening;
    if (open != null && open.isOpen()) {
      open.resume();
    }
  }

  @Override
  public void inherit(TcpOptions options) {
    loop.execute(() -> {
      EpollListening open = listening;
      if (open != null && open.isOpen()) {
        try {
          open.inherit(options);
        } catch (IOException refused) {
          taker.shortage(refused);
        }
      }
    });
  }

  @Override
  public CompletableFuture<Void> close() {
    return CompletableFuture.runAsync(
        () -> {
          closed = true;
          EpollListening open = listening;
          if (open != null && open.isOpen()) {
            open.close();
            taker.closed();
          }
        },
        loop);
  }

  private void took(EpollSockets.Taken taken) {
    taker.took(
        new Accepted() {
          @Override
          public InetSocketAddress client() {
            return taken.client();
          }

          @Override
          public Circuit circuit(SessionLoop home, Circuit.Events events) {
            return new SocketCircuit(home, sockets, taken, events);
          }

          @Override
          public void discard() {
            taken.discard();
          }
        });
  }
}
