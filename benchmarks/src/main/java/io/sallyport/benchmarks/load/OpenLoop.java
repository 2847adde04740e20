package io.sallyport.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Requests at a fixed rate, whatever the answers do. A latency counts from the moment at which the
 * request was due: one that had to wait for a free connection, because answers were late, has
 * waited for its answer all that time. (A generator that sends the next request only after the last
 * answer leaves out those that a pause would have met: coordinated omission.)
 *
 * <p>One thread that looks at its sockets, sends what is due, and sleeps for a moment when there
 * was nothing to do: it must leave the two cores to the others. So a request leaves up to that
 * moment after it was due, which counts, for every contender and for none.
 */
public final class OpenLoop {
  /**
   * As long as it takes for some requests to become due. With a fifth of it this thread took 0.60
   * of a core at 36,000 requests per second instead of 0.37, which the others went without.
   */
  private static final Duration NAP = Duration.ofNanos(50_000);

  private static final Duration LONGEST_LATENCY = Duration.ofSeconds(60);
  private static final Duration DRAIN = Duration.ofSeconds(10);
  private static final int DIGITS = 3;

  private final InetSocketAddress address;
  private final int connections;
  private final double perSecond;

  /** A connection, and when its request was due. */
  private static final class Line {
    private final SocketChannel channel;
    private long due;
    private int missing;

    Line(SocketChannel channel) {
      this.channel = channel;
    }
  }

  /** All connections. */
  private static final class Lines implements AutoCloseable {
    private final List<Line> all = new ArrayList<>();

    void open(InetSocketAddress address, Selector selector) throws IOException {
      SocketChannel channel = SocketChannel.open(address);
      Line line = new Line(channel);
      all.add(line);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, line);
    }

    @Override
    public void close() throws IOException {
      for (Line line : all) {
        line.channel.close();
      }
    }
  }

  /**
   * Prepares a load.
   *
   * @param connections how many requests may be under way at once
   * @param perSecond the rate
   */
  public OpenLoop(InetSocketAddress address, int connections, double perSecond) {
    this.address = address;
    this.connections = connections;
    this.perSecond = perSecond;
  }

  /** Runs for a while; latencies in nanoseconds. */
  public Histogram run(Duration duration) {
    try (Selector selector = Selector.open();
        Lines lines = new Lines()) {
      wakeInTime();
      int answerLength = Probe.answerLength(address);
      for (int i = 0; i < connections; i++) {
        lines.open(address, selector);
      }
      return new Run(selector, new ArrayDeque<>(lines.all), answerLength).run(duration);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  /** A sleep of this thread may last longer than asked by 50 µs unless it asks for less slack. */
  private static void wakeInTime() throws IOException {
    Path task = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
    Files.writeString(Path.of("/proc").resolve(task).resolve("timerslack_ns"), "1");
  }

  private final class Run {
    private final Histogram latencies = new Histogram(LONGEST_LATENCY.toNanos(), DIGITS);
    private final ByteBuffer request = ByteBuffer.allocateDirect(Probe.REQUEST.length);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(4096);
    private final Selector selector;
    private final ArrayDeque<Line> free;
    private final int answerLength;

    Run(Selector selector, ArrayDeque<Line> free, int answerLength) {
      this.selector = selector;
      this.free = free;
      this.answerLength = answerLength;
      request.put(Probe.REQUEST);
    }

    Histogram run(Duration duration) throws IOException {
      long requests = Math.round(perSecond * duration.toNanos() / 1e9);
      double between = 1e9 / perSecond;
      long start = System.nanoTime();
      long sent = 0;
      while (sent < requests || free.size() < connections) {
        long now = System.nanoTime();
        if (now - start > duration.plus(DRAIN).toNanos()) {
          throw new IOException(
              "answers are missing: the rate of " + Math.round(perSecond) + "/s was too high");
        }
        boolean idle = true;
        while (sent < requests && !free.isEmpty()) {
          long due = start + Math.round(sent * between);
          if (due > now) {
            break;
          }
          send(free.poll(), due);
          sent++;
          idle = false;
        }
        if (selector.selectNow(this::receive) == 0 && idle) {
          LockSupport.parkNanos(NAP.toNanos());
        }
      }
      return latencies;
    }

    private void send(Line line, long due) throws IOException {
      line.due = due;
      line.missing = answerLength;
      request.flip();
      if (line.channel.write(request) < Probe.REQUEST.length) {
        throw new IOException("a request of " + Probe.REQUEST.length + " bytes did not fit");
      }
    }

    private void receive(SelectionKey key) {
      Line line = (Line) key.attachment();
      try {
        answer.clear();
        int read = line.channel.read(answer);
        if (read < 0) {
          throw new IOException("a session ended under load");
        }
        line.missing -= read;
      } catch (IOException fault) {
        throw new UncheckedIOException(fault);
      }
      if (line.missing == 0) {
        latencies.recordValue(Math.min(System.nanoTime() - line.due, LONGEST_LATENCY.toNanos()));
        free.add(line);
      }
    }
  }
}
