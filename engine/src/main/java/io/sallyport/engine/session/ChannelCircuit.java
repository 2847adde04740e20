package io.sallyport.engine.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.engine.transport.SourceAddressException;
import io.sallyport.engine.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A circuit on Netty's channels, for transports without bare sockets. */
final class ChannelCircuit implements Circuit {
  private final SessionLoop loop;
  private final Transport transport;
  private final Events events;
  private final ChannelSide client;
  private final TcpOptions options;
  private @Nullable ChannelSide endpoint;
  private @Nullable ByteBuf head;
  private boolean closed;

  ChannelCircuit(
      SessionLoop loop,
      Transport transport,
      TcpOptions options,
      SocketChannel accepted,
      Events events) {
    this.loop = loop;
    this.transport = transport;
    this.options = options;
    this.events = events;
    this.client = side(ChannelSide.Role.CLIENT, accepted);
  }

  private ChannelSide side(ChannelSide.Role role, SocketChannel channel) {
    return new ChannelSide(role, events, () -> closed, channel);
  }

  @Override
  public void start() {
    SocketChannel channel = client.channel();
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    channel.config().setAutoRead(false);
    transport.accepted(channel, options);
    channel.pipeline().addLast(client);
    loop.eventLoop().register(channel);
  }

  @Override
  public void hear(Opening opening) {
    client.hear(opening);
  }

  @Override
  public void prepend(ByteBuf first) {
    head = first;
  }

  @Override
  public Dial dial(
      InetSocketAddress to, @Nullable InetAddress from, Duration timeout, Answer answer) {
    Dialing dialing = new Dialing(answer);
    dialing.start(to, from, timeout);
    return dialing;
  }

  @Override
  public void lookOut() {
    client.hear(new LookOut(events));
  }

  @Override
  public void reach(Dial answered) {
    endpoint = side(ChannelSide.Role.ENDPOINT, ((Dialing) answered).reached());
  }

  @Override
  public void join() {
    ChannelSide side = Objects.requireNonNull(endpoint, "no endpoint was reached");
    SocketChannel channel = side.channel();
    if (channel.isOpen()) {
      transport.connected(channel);
    }
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    channel.pipeline().addLast(side);
    ByteBuf first = head;
    head = null;
    if (first != null) {
      channel.write(first, channel.voidPromise());
      channel.flush();
    }
    side.join(client);
    client.join(side);
    client.readOn();
    side.readOn();
  }

  @Override
  public long received() {
    return client.received();
  }

  @Override
  public long returned() {
    ChannelSide side = endpoint;
    return side == null ? 0 : side.received();
  }

  @Override
  public boolean clientEnded() {
    return client.inputEnded();
  }

  @Override
  public boolean endpointEnded() {
    ChannelSide side = endpoint;
    return side != null && side.inputEnded();
  }

  @Override
  public @Nullable Throwable endpointFault() {
    ChannelSide side = endpoint;
    return side == null ? null : side.fault();
  }

  @Override
  public long waiting() {
    ChannelSide side = endpoint;
    return client.waiting() + (side == null ? 0 : side.waiting());
  }

  @Override
  public void watchOver(TcpOptions changed) {
    ChannelSide side = endpoint;
    if (side != null) {
      transport.keepAlive(side.channel(), changed);
    }
  }

  @Override
  public void close(Ending ending) {
    closed = true;
    ByteBuf first = head;
    head = null;
    if (first != null) {
      first.release();
    }
    close(client, ending);
    ChannelSide side = endpoint;
    if (side != null) {
      close(side, ending);
    }
  }

  private static void close(ChannelSide side, Ending ending) {
    if (ending == Ending.ORDERLY || side.outputEnded()) {
      side.close();
    } else {
      side.abort();
    }
  }

  /** An attempt to connect. */
  private final class Dialing implements Dial {
    private final Answer answer;
    private @Nullable SocketChannel channel;
    private boolean over;

    Dialing(Answer answer) {
      this.answer = answer;
    }

    void start(InetSocketAddress to, @Nullable InetAddress from, Duration timeout) {
      SourceAddressException impossible = SourceAddressException.fault(from, to.getAddress());
      if (impossible != null) {
        told(impossible);
        return;
      }
      SocketChannel socket;
      try {
        socket = transport.newSocket();
      } catch (ChannelException noDescriptor) {
        told(noDescriptor);
        return;
      }
      channel = socket;
      socket.config().setAutoRead(false);
      transport.connecting(socket);
      socket
          .config()
          .setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeout.toMillis()));
      loop.eventLoop().register(socket);
      if (from == null) {
        connect(socket, to);
        return;
      }
      socket
          .bind(new InetSocketAddress(from, 0))
          .addListener(bound -> {
            Throwable fault = bound.cause();
            if (fault != null) {
              told(SourceAddressException.of(from, fault));
            } else if (!over) {
              connect(socket, to);
            }
          });
    }

    private void connect(SocketChannel socket, InetSocketAddress to) {
      ChannelFuture connecting = socket.connect(to);
      connecting.addListener(done -> told(done.cause()));
    }

    SocketChannel reached() {
      SocketChannel reached = channel;
      if (reached == null) {
        throw new IllegalStateException("an attempt that was not answered");
      }
      return reached;
    }

    private void told(@Nullable Throwable fault) {
      if (over) {
        return;
      }
      over = true;
      if (fault != null) {
        discard();
      }
      answer.answered(this, fault);
    }

    @Override
    public void abandon() {
      if (!over) {
        over = true;
        discard();
      }
    }

    private void discard() {
      SocketChannel socket = channel;
      if (socket != null) {
        Transport.discard(socket);
      }
    }
  }
}
