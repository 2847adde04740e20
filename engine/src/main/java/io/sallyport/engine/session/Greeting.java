package io.sallyport.engine.session;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import io.sallyport.api.catalog.AcceptProxy;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.Routing;
import io.sallyport.engine.event.EngineEvent.ActiveSessions;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.preamble.ClientHello;
import io.sallyport.engine.preamble.ProxyHeader;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is not a session yet: its client says first whom it speaks for, and which
 * server it wants, in so much time and so many bytes.
 *
 * <pre>{@code
 *               header whole               server name known
 * PROXY HEADER ─────────────► CLIENT HELLO ─────────────────► led on, as a session
 *      │                           │                                 │
 *      └── none, late, refused ────┴── late, of no service, full ────┴───► ended (one reason)
 * }</pre>
 *
 * <p>Owned by the event loop that its session will live on.
 */
final class Greeting implements Circuit.Events, Circuit.Opening {
  private static final Logger LOG = LoggerFactory.getLogger(Greeting.class);

  private final Reception reception;
  private final SessionLoop loop;
  private final Circuit circuit;
  private final Preamble preamble;
  private final Instant accepted;
  private final long acceptedNanos;
  private InetSocketAddress client;
  private Greeted greeted = Greeted.NOTHING;
  private boolean headerDue;
  private ClientHello hello = new ClientHello.Nameless();
  private @Nullable ScheduledFuture<?> timer;
  private Circuit.@Nullable Events session;
  private boolean ended;

  Greeting(Reception reception, SessionLoop loop, Accepted taken) {
    this.reception = reception;
    this.loop = loop;
    this.preamble = reception.preamble();
    this.accepted = reception.host().clock().instant();
    this.acceptedNanos = loop.nanos();
    this.client = taken.client();
    this.circuit = taken.circuit(loop, this);
  }

  /** Begins to listen. Event loop. */
  void start() {
    AcceptProxy accept = preamble.accept();
    headerDue = accept.from().stream().anyMatch(network -> network.contains(client.getAddress()));
    try {
      circuit.start();
      if (ended) {
        return;
      }
      if (!headerDue && !accept.from().isEmpty() && accept.others() == AcceptProxy.Others.REFUSE) {
        end(SessionEnd.PROXY_SENDER_REFUSED);
        return;
      }
      if (!headerDue && !routes()) {
        done();
        return;
      }
      timer =
          loop.eventLoop()
              .schedule(this::late, preamble.patience().toNanos(), TimeUnit.NANOSECONDS);
      circuit.hear(this);
    } catch (RuntimeException | Error fault) {
      failed(fault);
    }
  }

  private boolean routes() {
    return preamble.routing().by() != Routing.By.NONE;
  }

  @Override
  public boolean heard(ByteBuf bytes, boolean over) {
    if (ended || (headerDue && !headerRead(bytes, over))) {
      return false;
    }
    if (!routes()) {
      return true;
    }
    ClientHello read = ClientHello.read(bytes);
    if (read instanceof ClientHello.Unfinished) {
      if (!over) {
        return false;
      }
      read = new ClientHello.Other();
    }
    hello = read;
    return true;
  }

  private boolean headerRead(ByteBuf bytes, boolean over) {
    return switch (ProxyHeader.read(bytes)) {
      case ProxyHeader.Unfinished unfinished -> {
        if (over) {
          end(SessionEnd.PROXY_HEADER_INVALID);
        }
        yield false;
      }
      case ProxyHeader.Invalid invalid -> {
        LOG.atDebug()
            .addKeyValue("service", reception.host().service())
            .addKeyValue("client", client)
            .addKeyValue("cause", invalid.reason())
            .log("not a PROXY header");
        end(SessionEnd.PROXY_HEADER_INVALID);
        yield false;
      }
      case ProxyHeader.Whole whole -> {
        bytes.skipBytes(whole.length());
        headerDue = false;
        InetSocketAddress source = whole.source();
        if (source != null) {
          client = source;
        }
        greeted = new Greeted(whole.destination(), whole.tlvs());
        yield true;
      }
    };
  }

  /** Leads it on. */
  @Override
  public void done() {
    stopTimer();
    Optional<SessionEnd> obstacle = reception.lead(hello, loop, new Led());
    obstacle.ifPresent(this::end);
  }

  private void late() {
    end(headerDue ? SessionEnd.PROXY_HEADER_TIMEOUT : SessionEnd.SERVER_NAME_TIMEOUT);
  }

  private void stopTimer() {
    ScheduledFuture<?> pending = timer;
    timer = null;
    if (pending != null) {
      pending.cancel(false);
    }
  }

  private void end(SessionEnd reason) {
    if (ended || session != null) {
      return;
    }
    ended = true;
    stopTimer();
    long read = circuit.received();
    circuit.close(Circuit.Ending.CUT);
    loop.forget();
    Listener host = reception.host();
    reception.ended(
        new SessionEnded(
            host.service(),
            host.address().getPort(),
            client,
            accepted,
            "",
            Duration.ofNanos(-1),
            Duration.ofNanos(loop.nanos() - acceptedNanos),
            read,
            0,
            reason,
            0,
            false,
            new ActiveSessions(host.node().active(), host.active(), 0)));
  }

  @Override
  public void completed() {
    Circuit.Events led = session;
    if (led != null) {
      led.completed();
    }
  }

  @Override
  public void halfClosed() {
    Circuit.Events led = session;
    if (led != null) {
      led.halfClosed();
    }
  }

  @Override
  public void clientBroke() {
    Circuit.Events led = session;
    if (led != null) {
      led.clientBroke();
    } else {
      end(SessionEnd.CLIENT_ABORTED_CONNECTING);
    }
  }

  @Override
  public void endpointBroke() {
    Circuit.Events led = session;
    if (led != null) {
      led.endpointBroke();
    }
  }

  @Override
  public void failed(Throwable cause) {
    Circuit.Events led = session;
    if (led != null) {
      led.failed(cause);
    } else if (Shortage.of(cause)) {
      end(SessionEnd.RESOURCES);
    } else {
      LOG.atError()
          .setCause(cause)
          .addKeyValue("service", reception.host().service())
          .log("session fault");
      end(SessionEnd.INTERNAL);
    }
  }

  /** The connection as its session gets it. */
  private final class Led implements Accepted {
    @Override
    public InetSocketAddress client() {
      return client;
    }

    @Override
    public Greeted greeted() {
      return greeted;
    }

    @Override
    public Circuit circuit(SessionLoop home, Circuit.Events events) {
      session = events;
      return circuit;
    }

    @Override
    public void discard() {
      circuit.close(Circuit.Ending.CUT);
    }
  }
}
