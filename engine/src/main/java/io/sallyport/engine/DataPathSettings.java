package io.sallyport.engine;

import java.time.Duration;

/**
 * How a node moves bytes.
 *
 * @param transport what moves them
 * @param eventLoops threads; 0 means one for each core
 * @param maxPipes pipes that bulk sessions may be spliced through at once, of two descriptors each;
 *     0 means that all is copied
 * @param busyPoll how long a loop that has nothing to do asks for more before it sleeps; with epoll
 *     only
 * @param batchScheduling whether loops wait for their turn on a core when they wake, as long as it
 *     comes soon; on Linux only
 * @since 0.1
 */
public record DataPathSettings(
    TransportChoice transport,
    int eventLoops,
    int maxPipes,
    Duration busyPoll,
    boolean batchScheduling) {
  /** Loops that sleep as soon as they have nothing to do, scheduled as any thread is. */
  public DataPathSettings(TransportChoice transport, int eventLoops, int maxPipes) {
    this(transport, eventLoops, maxPipes, Duration.ZERO, false);
  }

  /** Checks the bounds. */
  public DataPathSettings {
    if (eventLoops < 0 || maxPipes < 0) {
      throw new IllegalArgumentException("loops and pipes cannot be fewer than none");
    }
  }
}
