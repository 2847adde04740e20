package io.sallyport.engine.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.engine.transport.EpollSocket;
import io.sallyport.engine.transport.EpollSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A circuit on bare sockets: no channel, no pipeline, no buffer that lasts while all goes well. */
final class SocketCircuit implements Circuit {
  private final SessionLoop loop;
  private final EpollSockets sockets;
  private final Events events;
  private final EpollSocket client;
  private @Nullable EpollSocket endpoint;
  private @Nullable Flow up;
  private @Nullable Flow down;
  private boolean closed;
  private boolean again;
  private boolean cutShort;
  private boolean lookingOut;
  private @Nullable Hearing hearing;
  private @Nullable ByteBuf head;

  SocketCircuit(SessionLoop loop, EpollSockets sockets, EpollSockets.Taken taken, Events events) {
    this.loop = loop;
    this.sockets = sockets;
    this.events = events;
    this.client = taken.socket(this::clientReady);
  }

  @Override
  public void start() {
    try {
      client.watch(eventLoop());
    } catch (IOException fault) {
      events.failed(fault);
    }
  }

  @Override
  public void hear(Opening opening) {
    hearing = new Hearing(opening);
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
    lookingOut = true;
    clientReady(client);
  }

  @Override
  public void reach(Dial answered) {
    endpoint = ((Dialing) answered).reached();
  }

  @Override
  public void join() {
    EpollSocket reached = Objects.requireNonNull(endpoint, "no endpoint was reached");
    up = new Flow(client, reached, loop);
    down = new Flow(reached, client, loop);
    if (hearing != null || head != null) {
      begin(up);
    }
    move();
  }

  /** What stands before all that is still to be read. */
  private void begin(Flow flow) {
    Hearing heard = hearing;
    ByteBuf first = head;
    ByteBuf said = heard == null ? Unpooled.EMPTY_BUFFER : heard.bytes;
    int read = said.readableBytes();
    int size = read + (first == null ? 0 : first.readableBytes());
    LoopMemory memory = loop.memory();
    ByteBuf all = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(1, size));
    // From here on nothing fails: what was heard is closed with the circuit, or is the flow's.
    hearing = null;
    head = null;
    if (first != null) {
      all.writeBytes(first);
      first.release();
    }
    all.writeBytes(said);
    said.release();
    flow.begin(memory.hold(all), read);
  }

  @Override
  public long received() {
    Flow flow = up;
    return flow == null ? 0 : flow.moved();
  }

  @Override
  public long returned() {
    Flow flow = down;
    return flow == null ? 0 : flow.moved();
  }

  @Override
  public boolean clientEnded() {
    Flow flow = up;
    return flow != null && flow.ended();
  }

  @Override
  public boolean endpointEnded() {
    Flow flow = down;
    return flow != null && flow.ended();
  }

  @Override
  public @Nullable Throwable endpointFault() {
    EpollSocket reached = endpoint;
    return reached == null ? null : reached.fault();
  }

  @Override
  public long waiting() {
    Flow there = up;
    Flow back = down;
    return (there == null ? 0 : there.waiting()) + (back == null ? 0 : back.waiting());
  }

  @Override
  public void watchOver(TcpOptions options) {
    EpollSocket reached = endpoint;
    if (reached != null) {
      sockets.keepAlive(reached, options);
    }
  }

  @Override
  public void close(Ending ending) {
    if (closed) {
      return;
    }
    closed = true;
    Hearing heard = hearing;
    ByteBuf first = head;
    hearing = null;
    head = null;
    if (heard != null) {
      heard.bytes.release();
    }
    if (first != null) {
      first.release();
    }
    Flow there = up;
    Flow back = down;
    if (there != null) {
      there.release();
    }
    if (back != null) {
      back.release();
    }
    close(client, ending == Ending.ORDERLY || (back != null && back.passedOn()));
    EpollSocket reached = endpoint;
    if (reached != null) {
      close(reached, ending == Ending.ORDERLY || (there != null && there.passedOn()));
    }
  }

  private void close(EpollSocket socket, boolean quietly) {
    if (!quietly) {
      socket.cut();
    }
    loop.close(socket);
  }

  private IoEventLoop eventLoop() {
    return (IoEventLoop) loop.eventLoop();
  }

  private void clientReady(EpollSocket socket) {
    if (endpoint != null) {
      move();
      return;
    }
    try {
      if (lookingOut && socket.ending() && !closed) {
        lookingOut = false;
        LookOut out = new LookOut(events);
        Hearing heard = hearing;
        hearing = heard == null ? new Hearing(out) : heard.with(out);
      }
      Hearing waits = hearing;
      if (waits != null && !closed) {
        waits.goOn();
      }
    } catch (RuntimeException | Error fault) {
      events.failed(fault);
    }
    if (endpoint == null && socket.broken() && !closed) {
      events.clientBroke();
    }
  }

  /** Moves what can be moved, the endpoint's answer first. */
  private void move() {
    Flow there = up;
    Flow back = down;
    if (closed || there == null || back == null) {
      return;
    }
    try {
      move(back, there);
      move(there, back);
      if (!closed && there.blocked() && !client.finished() && (client.broken() || back.stopped())) {
        // Reading would find the reset, but nothing is read before the endpoint takes more. Of a
        // client that had said all, the rest is delivered whatever it makes of the answer.
        events.clientBroke();
      }
    } catch (RuntimeException | Error fault) {
      events.failed(fault);
    }
  }

  private void move(Flow flow, Flow other) {
    if (closed) {
      return;
    }
    boolean endedBefore = flow.ended();
    switch (flow.move()) {
      case RESTS -> {}
      case HAS_MORE -> later();
      case SOURCE_BROKE -> broke(flow.from());
      case TARGET_BROKE -> {
        unheard(flow, other);
        return;
      }
    }
    if (closed || flow.stopped() || !flow.ended()) {
      return;
    }
    if (!endedBefore) {
      events.halfClosed();
    }
    if (flow.waits() || flow.passedOn()) {
      return;
    }
    if (other.passedOn()) {
      // Closing says the same as a FIN, in one call less.
      events.completed();
      return;
    }
    if (!cutShort) {
      try {
        flow.passOn();
        events.halfClosed();
      } catch (IOException gone) {
        unheard(flow, other);
        return;
      }
    }
    if (other.stopped()) {
      broke(flow.from());
    }
  }

  /**
   * Somebody hears no more. What they said before that is delivered first: an answer that came
   * before the whole question was heard, as from a server that refuses what is too large.
   */
  private void unheard(Flow flow, Flow said) {
    if (said.passedOn() || said.stopped()) {
      broke(flow.to());
      return;
    }
    // Without a FIN so far, a read that finds the end may find the reset's.
    cutShort = !said.ended();
    flow.stop();
    said.from().lookAgain();
    move(said, flow);
  }

  private void broke(EpollSocket socket) {
    if (socket == client) {
      events.clientBroke();
    } else {
      events.endpointBroke();
    }
  }

  /** Others have their turn first. */
  private void later() {
    if (!again) {
      again = true;
      loop.eventLoop()
          .execute(() -> {
            again = false;
            move();
          });
    }
  }

  /** How the client begins. Kept until the endpoint gets it. */
  private final class Hearing {
    private static final int USUAL = 2 << 10;

    private final Opening opening;
    private final ByteBuf bytes;
    private boolean over;

    Hearing(Opening opening) {
      this(opening, PooledByteBufAllocator.DEFAULT.directBuffer(USUAL, Opening.MOST));
    }

    private Hearing(Opening opening, ByteBuf bytes) {
      this.opening = opening;
      this.bytes = bytes;
    }

    /** Goes on with what was heard, for another opening. */
    Hearing with(Opening other) {
      return new Hearing(other, bytes);
    }

    void goOn() {
      try {
        while (!over && !closed && client.readable() && bytes.maxWritableBytes() > 0) {
          read();
        }
      } catch (IOException gone) {
        events.clientBroke();
      }
    }

    private void read() throws IOException {
      LoopMemory memory = loop.memory();
      int count =
          client.read(memory.address(), Math.min(memory.capacity(), bytes.maxWritableBytes()));
      if (count == 0) {
        client.drained();
        return;
      }
      if (count > 0) {
        memory.copy(count, bytes);
      }
      if (opening.heard(bytes, count < 0)) {
        over = true;
        opening.done();
      } else if (count < 0) {
        over = true;
      }
    }
  }

  /** An attempt to connect. */
  private final class Dialing implements Dial {
    private final Answer answer;
    private @Nullable EpollSocket socket;
    private @Nullable ScheduledFuture<?> timer;
    private boolean over;

    Dialing(Answer answer) {
      this.answer = answer;
    }

    void start(InetSocketAddress to, @Nullable InetAddress from, Duration timeout) {
      try {
        EpollSockets.Connecting connecting = sockets.connect(to, from, this::ready);
        socket = connecting.socket();
        connecting.socket().watch(eventLoop());
        if (connecting.done()) {
          told(null);
          return;
        }
      } catch (IOException | ChannelException fault) {
        told(fault);
        return;
      }
      timer =
          loop.eventLoop()
              .schedule(
                  () -> told(new ConnectTimeoutException("connection timed out: " + to)),
                  timeout.toNanos(),
                  TimeUnit.NANOSECONDS);
    }

    EpollSocket reached() {
      EpollSocket reached = socket;
      if (reached == null) {
        throw new IllegalStateException("an attempt that was not answered");
      }
      return reached;
    }

    private void ready(EpollSocket ready) {
      if (over) {
        move();
      } else if (ready.broken()) {
        told(sockets.fault(ready));
      } else if (ready.writable()) {
        told(null);
      }
    }

    private void told(@Nullable Throwable fault) {
      if (over) {
        return;
      }
      stop();
      EpollSocket tried = socket;
      if (fault != null && tried != null) {
        loop.close(tried);
      }
      answer.answered(this, fault);
    }

    @Override
    public void abandon() {
      if (!over) {
        stop();
        EpollSocket tried = socket;
        if (tried != null) {
          loop.close(tried);
        }
      }
    }

    private void stop() {
      over = true;
      ScheduledFuture<?> pending = timer;
      timer = null;
      if (pending != null) {
        pending.cancel(false);
      }
    }
  }
}
