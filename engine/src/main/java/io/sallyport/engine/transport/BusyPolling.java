package io.sallyport.engine.transport;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import io.sallyport.api.plugin.Ticker;
import java.time.Duration;

/**
 * Has an event loop ask for events over and over for a while after the last one, before it goes to
 * sleep: what comes then finds it awake. It costs as much CPU as it saves in time.
 *
 * <p>Owned by its event loop.
 */
final class BusyPolling implements SelectStrategy {
  private final long window;
  private final Ticker ticker;
  private long last;

  /**
   * Polls like this.
   *
   * @param window how long after the last event
   */
  BusyPolling(Duration window, Ticker ticker) {
    this.window = window.toNanos();
    this.ticker = ticker;
    this.last = ticker.nanos();
  }

  @Override
  public int calculateStrategy(IntSupplier ready, boolean hasTasks) throws Exception {
    int events = ready.get();
    if (events > 0 || hasTasks) {
      last = ticker.nanos();
      return events;
    }
    return ticker.nanos() - last < window ? CONTINUE : SELECT;
  }
}
