package io.sallyport.engine.session;

import io.sallyport.engine.event.EngineEvent.SessionEnded;
import java.util.concurrent.atomic.LongAdder;

/** How many sessions a listener has had, and what they moved. Any thread. */
final class SessionCounts {
  private final LongAdder total = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder bytesUp = new LongAdder();
  private final LongAdder bytesDown = new LongAdder();

  void began() {
    total.increment();
  }

  void moved(long up, long down) {
    if (up > 0) {
      bytesUp.add(up);
    }
    if (down > 0) {
      bytesDown.add(down);
    }
  }

  void ended(SessionEnded event) {
    if (event.connect().isNegative()) {
      failed.increment();
    }
  }

  long total() {
    return total.sum();
  }

  /** Those that ended without having reached an endpoint. */
  long failed() {
    return failed.sum();
  }

  long bytesUp() {
    return bytesUp.sum();
  }

  long bytesDown() {
    return bytesDown.sum();
  }
}
