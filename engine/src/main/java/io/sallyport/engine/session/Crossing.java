package io.sallyport.engine.session;

import io.netty.channel.EventLoop;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.preamble.ClientHello;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address and port that several services share. It accepts, hears which server a client wants,
 * and leads it to that service's listener.
 *
 * <p>Opened, arranged and closed by the control loop; connections come on one event loop, and are
 * led on on their own.
 */
final class Crossing implements Reception, Gate.Entry {
  private static final Logger LOG = LoggerFactory.getLogger(Crossing.class);

  private final Listener.Shared shared;
  private final EventLoop loop;
  private final InetSocketAddress address;
  private final Intake intake;
  private final List<Listener> members = new ArrayList<>();
  private CompletableFuture<Void> opened = new CompletableFuture<>();
  private volatile @Nullable Signpost signpost;

  Crossing(InetSocketAddress address, int backlog, TcpOptions options, Listener.Shared shared) {
    this.address = address;
    this.shared = shared;
    this.loop = shared.loops().nextAcceptor();
    Gate gate = new Gate(loop, this);
    this.intake =
        gate.guards(
            shared
                .transport()
                .sockets()
                .<Intake>map(sockets -> new SocketIntake(loop, sockets, address, backlog, gate))
                .orElseGet(() ->
                    new ChannelIntake(loop, shared.transport(), address, backlog, options, gate)));
  }

  void open(TcpOptions options) {
    opened = intake.open(options);
  }

  CompletableFuture<Void> opened() {
    return opened;
  }

  boolean failed() {
    return opened.isCompletedExceptionally();
  }

  CompletableFuture<Void> close() {
    return intake.close();
  }

  boolean has(Listener listener) {
    return members.contains(listener);
  }

  void add(Listener listener) {
    members.add(listener);
    arrange();
  }

  /** True when nobody is left. */
  boolean remove(Listener listener) {
    members.remove(listener);
    if (members.isEmpty()) {
      // Some may not have said yet whom they want.
      signpost = new Signpost(listener);
      return true;
    }
    arrange();
    return false;
  }

  /** Writes down anew which name leads where. */
  void arrange() {
    signpost = new Signpost(members);
    intake.inherit(members.getFirst().settings().tcp());
  }

  private Signpost signpost() {
    Signpost stands = signpost;
    if (stands == null) {
      throw new IllegalStateException("nobody is at " + this);
    }
    return stands;
  }

  @Override
  public Preamble preamble() {
    return host().settings().preamble();
  }

  @Override
  public Listener host() {
    return signpost().host();
  }

  @Override
  public Optional<SessionEnd> lead(ClientHello asked, SessionLoop home, Accepted accepted) {
    Listener there = signpost().to(asked);
    if (there == null) {
      return Optional.of(
          asked instanceof ClientHello.Other ? SessionEnd.NOT_TLS : SessionEnd.NO_ROUTE);
    }
    return there.takeShared(home, accepted) ? Optional.empty() : Optional.of(SessionEnd.ROUTE_FULL);
  }

  @Override
  public void ended(SessionEnded event) {
    host().sharedEnded(event);
  }

  @Override
  public boolean room() {
    return shared.node().acquire();
  }

  @Override
  public SessionLimit obstacle() {
    return shared.node();
  }

  @Override
  public void rests(Throwable cause) {
    LOG.atWarn()
        .addKeyValue("listener", this)
        .addKeyValue("cause", cause.getMessage())
        .log("could not accept; resting");
  }

  @Override
  public void begin(Accepted accepted) {
    SessionLoop home = shared.loops().next(loop);
    if (home.eventLoop().inEventLoop()) {
      new Greeting(this, home, accepted).start();
    } else {
      home.eventLoop().execute(() -> new Greeting(this, home, accepted).start());
    }
  }

  @Override
  public String toString() {
    return Addresses.text(address.getAddress(), address.getPort());
  }
}
