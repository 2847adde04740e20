package io.sallyport.engine.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.ProbeDialogue;
import io.sallyport.api.health.ProbeHearing;
import io.sallyport.api.health.ProbeMove;
import io.sallyport.api.health.ProbePeer;
import io.sallyport.api.health.ProbeRequest;
import io.sallyport.api.plugin.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a probe that converses, from the connect to the close.
 *
 * <pre>
 *   CONNECTING ──► AGREEING (on TLS) ──► TALKING ──► OVER
 *        │  └──────── plain TCP ───────────▲            ▲
 *        └───────────── a fault, or the time is over ───┘
 * </pre>
 *
 * <p>Its state belongs to its event loop. The dialogue is a plugin's: it thinks elsewhere, one call
 * at a time, and its moves are carried out here.
 */
final class Conversation extends ChannelInboundHandlerAdapter {
  /** An endpoint that dribbles has its bytes collected after so many calls. */
  private static final int EAGER_CALLS = 16;

  private static final long COLLECTING_MILLIS = 10;

  private enum Phase {
    CONNECTING,
    AGREEING,
    TALKING,
    OVER
  }

  private final ProbeRequest request;
  private final ProbeDialogue dialogue;
  private final Thinking thinking;
  private final Ticker ticker;
  private final long started;
  private final HeardBytes heard;
  private final CompletableFuture<CheckResult> result = new CompletableFuture<>();

  private Phase phase = Phase.CONNECTING;
  private @Nullable Channel channel;
  private @Nullable Future<?> timer;
  private boolean saying;
  private boolean collecting;
  private int calls;
  private String fault = "";
  private String warning = "";
  private boolean late;

  /**
   * Makes a conversation; whoever connects adds it to the channel's pipeline.
   *
   * @param thinkers where the dialogue is called
   * @param started when the probe began, on the ticker
   */
  Conversation(
      ProbeRequest request,
      ProbeDialogue dialogue,
      Executor thinkers,
      Ticker ticker,
      long started) {
    this.request = request;
    this.dialogue = dialogue;
    this.thinking = new Thinking(thinkers, this::moved);
    this.ticker = ticker;
    this.started = started;
    this.heard = new HeardBytes(request.mostBytes());
  }

  /** What comes of it. */
  CompletionStage<CheckResult> result() {
    return result;
  }

  /** Something that somebody should see to, whatever comes of it; before it begins. */
  void warn(String words) {
    warning = words;
  }

  /** It cannot even begin. Any thread, and only before it has. */
  void impossible(CheckResult why) {
    complete(why);
  }

  /** The connection attempt has ended without a connection. */
  void unconnected(Throwable cause) {
    CheckResult found = ConnectFault.found(cause, taken());
    end(found);
    // Where it never got a channel, nobody else tells.
    complete(found);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
    long left = request.timeout().minus(taken()).toNanos();
    timer = context.executor().schedule(this::timeUp, Math.max(0, left), TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (phase != Phase.CONNECTING) {
      return;
    }
    if (request.tls().isPresent()) {
      phase = Phase.AGREEING;
    } else {
      talk(Optional.empty());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent agreed && phase == Phase.AGREEING) {
      SslHandler tls = context.pipeline().get(SslHandler.class);
      if (!agreed.isSuccess() || tls == null) {
        end(CheckResult.of(CheckStatus.LAYER6_INVALID_RESPONSE, TlsFault.words(agreed.cause())));
      } else {
        talk(Optional.of(TlsFault.peer(tls.engine())));
      }
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (phase != Phase.OVER && message instanceof ByteBuf bytes) {
        heard.add(bytes);
        if (heard.full()) {
          context.channel().config().setAutoRead(false);
        }
        news();
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (phase == Phase.AGREEING) {
      end(
          CheckResult.of(
              CheckStatus.LAYER6_INVALID_RESPONSE, "connection closed during the TLS handshake"));
    }
    heard.ended();
    news();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    switch (phase) {
      case CONNECTING, OVER -> {}
      case AGREEING ->
          end(CheckResult.of(CheckStatus.LAYER6_INVALID_RESPONSE, TlsFault.words(cause)));
      case TALKING -> broken(cause);
    }
  }

  private void timeUp() {
    if (thinking.underWay()) {
      // The endpoint has answered, and this node is slow to make something of it.
      late = true;
      return;
    }
    end(
        CheckResult.of(
            switch (phase) {
              case CONNECTING -> CheckStatus.LAYER4_TIMEOUT;
              case AGREEING -> CheckStatus.LAYER6_TIMEOUT;
              case TALKING, OVER -> CheckStatus.LAYER7_TIMEOUT;
            },
            ""));
  }

  private void talk(Optional<ProbePeer> peer) {
    phase = Phase.TALKING;
    think(() -> dialogue.opened(peer));
  }

  /** What was heard before may be all that is needed, so the dialogue has the last word. */
  private void broken(Throwable cause) {
    fault = TlsFault.words(cause);
    heard.ended();
    news();
  }

  /** There may be something that the dialogue has not been told. */
  private void news() {
    if (phase != Phase.TALKING || thinking.underWay() || saying || collecting || !heard.untold()) {
      return;
    }
    Channel there = channel;
    if (calls >= EAGER_CALLS && !heard.over() && there != null) {
      collecting = true;
      there.eventLoop().schedule(this::collected, COLLECTING_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    calls++;
    ProbeHearing hearing = heard.tell();
    think(() -> dialogue.heard(hearing));
  }

  private void collected() {
    collecting = false;
    if (phase == Phase.TALKING && !thinking.underWay() && !saying && heard.untold()) {
      ProbeHearing hearing = heard.tell();
      think(() -> dialogue.heard(hearing));
    }
  }

  private void think(Supplier<@Nullable ProbeMove> thought) {
    Channel there = channel;
    if (there != null && !thinking.begin(there.eventLoop(), thought)) {
      end(CheckResult.of(CheckStatus.SOCKET_ERROR, "the node is shutting down"));
    }
  }

  private void moved(ProbeMove move) {
    if (phase == Phase.OVER) {
      return;
    }
    switch (move) {
      case ProbeMove.Finish(CheckResult found) -> end(found);
      case ProbeMove.Say say -> {
        if (late) {
          timeUp();
        } else {
          say(say.bytes());
        }
      }
      case ProbeMove.Listen() -> {
        if (late) {
          timeUp();
        } else if (heard.over() && !heard.untold()) {
          end(CheckResult.of(CheckStatus.LAYER7_INVALID_RESPONSE, whyOver()));
        } else {
          news();
        }
      }
    }
  }

  private String whyOver() {
    if (heard.full()) {
      return "more than " + request.mostBytes() + " bytes";
    }
    return fault.isEmpty() ? "connection closed by the endpoint" : fault;
  }

  private void say(byte[] bytes) {
    heard.forget();
    Channel there = channel;
    if (there == null) {
      return;
    }
    if (!heard.full()) {
      there.config().setAutoRead(true);
    }
    saying = true;
    there
        .writeAndFlush(Unpooled.wrappedBuffer(bytes))
        .addListener(written -> {
          saying = false;
          if (phase != Phase.TALKING) {
            return;
          }
          Throwable cause = written.cause();
          if (cause == null) {
            think(dialogue::said);
          } else if (heard.untold() && !heard.empty()) {
            // It spoke first and left.
            broken(cause);
          } else {
            end(CheckResult.of(CheckStatus.LAYER7_INVALID_RESPONSE, TlsFault.words(cause)));
          }
        });
  }

  private void end(CheckResult found) {
    if (phase == Phase.OVER) {
      return;
    }
    phase = Phase.OVER;
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
    // First of all: a connection attempt that is closed fails, and that is not what was found.
    complete(found);
    Channel there = channel;
    if (there != null && found.status().passed()) {
      Parting.friendly(there);
    } else if (there != null) {
      Parting.abrupt(there);
    }
  }

  private void complete(CheckResult found) {
    CheckResult timed = found.taking(taken());
    result.complete(warning.isEmpty() ? timed : timed.warning(warning));
  }

  private Duration taken() {
    return Duration.ofNanos(ticker.nanos() - started);
  }
}
