package io.sallyport.engine.session;

import io.netty.channel.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is behind the gate of a listener that is one service's alone.
 *
 * @param limit the listener's own
 * @param counts counts its sessions
 * @param loop accepts
 */
record ServiceEntry(
    Listener listener,
    SessionLimit limit,
    SessionCounts counts,
    Listener.Shared shared,
    EventLoop loop)
    implements Gate.Entry {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  @Override
  public boolean room() {
    if (!limit.acquire()) {
      return false;
    }
    if (!shared.node().acquire()) {
      limit.release();
      return false;
    }
    return true;
  }

  @Override
  public SessionLimit obstacle() {
    return limit.full() ? limit : shared.node();
  }

  @Override
  public void begin(Accepted accepted) {
    counts.began();
    SessionLoop home = shared.loops().next(loop);
    if (home.eventLoop().inEventLoop()) {
      listener.receive(home, accepted);
    } else {
      home.eventLoop().execute(() -> listener.receive(home, accepted));
    }
  }

  @Override
  public void rests(Throwable cause) {
    LOG.atWarn()
        .addKeyValue("service", listener.service())
        .addKeyValue("listener", listener)
        .addKeyValue("cause", cause.getMessage())
        .log("could not accept; resting");
  }
}
