package io.sallyport.plugins.injection.dns;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.sallyport.api.plugin.Ticker;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks the name servers, one after the other, twice round, until one answers or the asker's
 * patience is over.
 *
 * <p>Each attempt has a number and a port of its own, both random, so that who cannot see the
 * question can hardly forge the answer. Event loop.
 */
final class Forwarder {
  private static final int ROUNDS = 2;
  private static final int IDS = 1 << Short.SIZE;

  private final EventLoop loop;
  private final Upstreams upstreams;
  private final Limits limits;
  private final RandomGenerator random;
  private final Ticker ticker;
  private int open;

  /**
   * How much it may do.
   *
   * @param timeout how long one server may take
   * @param patience how long all of them may take together
   * @param questionsAtOnce how many questions may wait for answers
   */
  record Limits(Duration timeout, Duration patience, int questionsAtOnce) {}

  /**
   * Makes one that has asked nothing.
   *
   * @param random unpredictable
   */
  Forwarder(
      EventLoop loop, Upstreams upstreams, Limits limits, RandomGenerator random, Ticker ticker) {
    this.loop = loop;
    this.upstreams = upstreams;
    this.limits = limits;
    this.random = random;
    this.ticker = ticker;
  }

  /**
   * Asks.
   *
   * @param whole whether the asker takes answers of any length
   * @param receiver is given the answer, once, with the asker's number in it
   */
  void forward(Query query, boolean whole, Consumer<Message> receiver) {
    List<InetSocketAddress> servers = upstreams.inOrder();
    if (open >= limits.questionsAtOnce() || servers.isEmpty()) {
      receiver.accept(Reply.empty(query, DnsResponseCode.SERVFAIL));
      return;
    }
    open++;
    new Asking(query, whole, servers, receiver).next();
  }

  /** How many questions wait for an answer. */
  int open() {
    return open;
  }

  /** One question on its way. */
  private final class Asking {
    private final Query query;
    private final boolean whole;
    private final Deque<InetSocketAddress> left = new ArrayDeque<>();
    private final Consumer<Message> receiver;
    private final long askedAt = ticker.nanos();
    private @Nullable Message useless;

    Asking(
        Query query, boolean whole, List<InetSocketAddress> servers, Consumer<Message> receiver) {
      this.query = query;
      this.whole = whole;
      this.receiver = receiver;
      for (int round = 0; round < ROUNDS; round++) {
        left.addAll(servers);
      }
    }

    /** The next server that has not said that it cannot. */
    void next() {
      InetSocketAddress server = left.poll();
      if (server == null || !time().isPositive() || loop.isShuttingDown()) {
        end(useless == null ? Reply.empty(query, DnsResponseCode.SERVFAIL) : useless);
      } else {
        ask(server, Exchange.Way.UDP);
      }
    }

    private Duration time() {
      return limits.patience().minusNanos(ticker.nanos() - askedAt);
    }

    private void ask(InetSocketAddress server, Exchange.Way way) {
      int id = random.nextInt(IDS);
      Duration bound = limits.timeout().compareTo(time()) < 0 ? limits.timeout() : time();
      new Exchange(loop, query, id, server, way, end -> received(server, end))
          .start(bound.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void received(InetSocketAddress server, Exchange.End end) {
      switch (end) {
        case Exchange.End.Silence() -> {
          upstreams.failed(server);
          next();
        }
        case Exchange.End.Heard(Answer.Good(Message message)) -> {
          upstreams.answered(server);
          end(message);
        }
        case Exchange.End.Heard(Answer.Truncated(Message message)) -> {
          upstreams.answered(server);
          if (whole && time().isPositive()) {
            // Should TCP fail, half an answer is better than none.
            useless = message;
            ask(server, Exchange.Way.TCP);
          } else {
            end(message);
          }
        }
        case Exchange.End.Heard(Answer.Useless(Message message)) -> {
          upstreams.answered(server);
          if (useless == null) {
            useless = message;
          }
          // Who cannot say now will not be able to in a moment.
          left.removeIf(server::equals);
          next();
        }
        case Exchange.End.Heard(Answer.Foreign()) ->
            throw new IllegalStateException("an exchange ends with no foreign answer");
      }
    }

    private void end(Message message) {
      open--;
      receiver.accept(message.numbered(query.message().id()));
    }
  }
}
