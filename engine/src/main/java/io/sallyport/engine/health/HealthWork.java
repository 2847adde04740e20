package io.sallyport.engine.health;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for what checks do that takes longer than a loop can wait: verify certificates, read
 * files, search answers. There are none while nobody needs them.
 *
 * @since 0.1
 */
public final class HealthWork {
  private static final int MOST_THREADS = 2;
  private static final long IDLE_SECONDS = 10;

  private HealthWork() {}

  /** Makes the threads; whoever made them shuts them down. */
  public static ThreadPoolExecutor threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            MOST_THREADS,
            MOST_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            // As long as there are probes under way at most, and those are counted.
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("sallyport-health", true));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** Makes the threads that watch over commands, one each. */
  public static ThreadFactory commandThreads() {
    return new DefaultThreadFactory("sallyport-command", true);
  }
}
