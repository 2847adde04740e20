package io.sallyport.distribution.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.event.KeyValuePair;

/**
 * Writes lines on a thread of its own. Whoever logs hands the event over and goes on: when the
 * queue is full, as it is while nobody reads our output, the event is dropped and counted, and the
 * log says so once it flows again.
 */
final class LogWriter extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private static final int BATCH_CHARS = 16 * 1024;

  private final LogLines lines;
  private final OutputStream out;
  private final InstantSource clock;
  private final Duration closing;
  private final ArrayBlockingQueue<ILoggingEvent> queue;
  private final AtomicLong dropped = new AtomicLong();
  private final Thread thread;
  private long told;
  private volatile boolean stopping;

  /**
   * Makes a writer that has not started.
   *
   * @param closing how long a stop waits for the lines that are still queued
   */
  LogWriter(LogLines lines, OutputStream out, int queue, InstantSource clock, Duration closing) {
    this.lines = lines;
    this.out = out;
    this.clock = clock;
    this.closing = closing;
    this.queue = new ArrayBlockingQueue<>(queue);
    thread = Thread.ofPlatform().name("sallyport-log").daemon().unstarted(this::run);
  }

  /** Events that were not written because the queue was full. Any thread. */
  long dropped() {
    return dropped.get();
  }

  @Override
  public void start() {
    super.start();
    thread.start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    // Arguments may change after the caller has gone on. Thread and context, which
    // prepareForDeferredProcessing would fetch as well, are not written.
    Objects.requireNonNullElse(event.getFormattedMessage(), "");
    if (!queue.offer(event)) {
      dropped.incrementAndGet();
    }
  }

  /** Takes no more events, writes those that wait, and gives up once the time is over. */
  @Override
  public void stop() {
    if (!isStarted()) {
      return;
    }
    super.stop();
    stopping = true;
    thread.interrupt();
    try {
      thread.join(closing);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    StringBuilder batch = new StringBuilder();
    while (true) {
      ILoggingEvent next = queue.poll();
      if (next == null) {
        tellDropped(batch);
        write(batch);
        if (stopping) {
          return;
        }
        try {
          next = queue.take();
        } catch (InterruptedException wake) {
          continue;
        }
      }
      append(batch, next);
      if (batch.length() >= BATCH_CHARS) {
        write(batch);
      }
    }
  }

  /** A value whose text cannot be had costs its line, not the log. */
  private void append(StringBuilder batch, ILoggingEvent event) {
    int before = batch.length();
    try {
      lines.append(batch, LogLine.of(event));
    } catch (RuntimeException fault) {
      batch.setLength(before);
      dropped.incrementAndGet();
    }
  }

  private void tellDropped(StringBuilder batch) {
    long now = dropped.get();
    if (now != told) {
      lines.append(
          batch,
          new LogLine(
              clock.instant(),
              Level.WARN,
              LogWriter.class.getName(),
              "log lines were dropped: nobody read them in time",
              List.of(new KeyValuePair("count", now - told)),
              null));
      told = now;
    }
  }

  private void write(StringBuilder batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      out.write(batch.toString().getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException nobodyListens) {
      // There is no other place to say it; the count shows in the metrics.
      dropped.incrementAndGet();
      told++;
    }
    batch.setLength(0);
    if (batch.capacity() > 4 * BATCH_CHARS) {
      batch.trimToSize();
    }
  }
}
