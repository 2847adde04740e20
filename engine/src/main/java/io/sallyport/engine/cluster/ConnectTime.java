package io.sallyport.engine.cluster;

import io.sallyport.api.plugin.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How long connecting to an endpoint takes: an exponentially weighted average of the latest samples
 * that follows a slower one at once, so that an endpoint in trouble is known by its first slow
 * answer, and forgets it over some ten seconds of faster ones. What is older than two minutes says
 * nothing any more. The very first sample makes way for the second: it has measured this process,
 * too, whose code had not run before.
 *
 * <p>Any thread; reading takes no lock and allocates nothing.
 */
final class ConnectTime {
  private static final double MEMORY_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long STALE_NANOS = Duration.ofMinutes(2).toNanos();

  private final Ticker ticker;
  private final AtomicReference<@Nullable Average> latest = new AtomicReference<>();

  private record Average(double nanos, long at, boolean first) {}

  ConnectTime(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Takes a sample. */
  void took(long nanos) {
    long now = ticker.nanos();
    Average before;
    do {
      before = latest.get();
    } while (!latest.compareAndSet(before, after(before, Math.max(1, nanos), now)));
  }

  /** The average; 0 while nothing is known. */
  long nanos() {
    Average known = latest.get();
    return known == null || ticker.nanos() - known.at > STALE_NANOS ? 0 : (long) known.nanos;
  }

  private static Average after(@Nullable Average before, long sample, long now) {
    if (before == null || now - before.at > STALE_NANOS) {
      return new Average(sample, now, true);
    }
    if (before.first || sample >= before.nanos) {
      return new Average(sample, now, false);
    }
    double kept = Math.exp(-Math.max(0, now - before.at) / MEMORY_NANOS);
    return new Average(before.nanos * kept + sample * (1 - kept), now, false);
  }
}
