package io.sallyport.control.agent;

import io.sallyport.api.source.NodeEffect;
import io.sallyport.control.agent.EffectWatch.Pending;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.Ack;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.Report;
import io.sallyport.control.v1.ServiceAck;
import io.sallyport.control.v1.ServiceState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tells the control plane what becomes of what it sent: acknowledgements while something is
 * awaited, and reports. The effect is asked for only while there is somebody to tell. Used by the
 * loop.
 */
final class Telling {
  private static final Duration FIRST_LOOK = Duration.ofMillis(20);
  private static final Duration LAST_LOOK = Duration.ofSeconds(1);
  private static final Duration STUCK_LOOK = Duration.ofSeconds(2);
  private static final int REPORT_ANYWAY = 6;
  private static final int ACKS_AT_ONCE = 1_000;
  private static final int MESSAGE_BYTES = 2 << 20;

  private final Intake intake;
  private final EffectWatch watch;
  private final Loop loop;
  private final Supplier<CompletableFuture<NodeEffect>> effect;
  private final Supplier<List<String>> wrong;
  private final Duration interval;
  private final RandomGenerator random;
  private @Nullable Connection open;
  private long nonce;
  private boolean looking;
  private Duration look = FIRST_LOOK;
  private int quiet;

  /**
   * Has nobody to tell yet.
   *
   * @param wrong what is wrong with the source itself
   * @param interval about how often a report is thought of
   */
  Telling(
      Intake intake,
      Loop loop,
      Supplier<CompletableFuture<NodeEffect>> effect,
      Supplier<List<String>> wrong,
      Duration interval,
      RandomGenerator random) {
    this.intake = intake;
    this.watch = new EffectWatch(intake);
    this.loop = loop;
    this.effect = effect;
    this.wrong = wrong;
    this.interval = interval;
    this.random = random;
  }

  /** Begins to think of reports, now and then. */
  void start() {
    long millis = interval.toMillis();
    Duration pause = Duration.ofMillis(millis * 3 / 4 + random.nextLong(millis / 2 + 1));
    loop.later(
        () -> {
          start();
          report(false);
        },
        pause);
  }

  /** A stream is open, on which nothing was told. */
  void to(Connection stream) {
    open = stream;
    nonce = 0;
    watch.forget();
  }

  /** There is nobody to tell. */
  void toNobody() {
    open = null;
  }

  /** Answers a Delta. */
  void answer(long delta, List<ServiceAck> acks) {
    nonce = delta;
    acknowledge(acks);
  }

  /** What was accepted is to serve once this is done. */
  void taken(Verdict verdict, CompletableFuture<Void> done) {
    watch.taken(verdict);
    done.whenComplete((nothing, fault) ->
        loop.execute(() -> {
          look = FIRST_LOOK;
          lookSoon();
        }));
  }

  private void lookSoon() {
    Pending pending = watch.pending();
    if (looking || pending == Pending.NONE || open == null || nonce == 0) {
      return;
    }
    looking = true;
    Duration pause = pending == Pending.STUCK ? STUCK_LOOK : look;
    Duration twice = look.multipliedBy(2);
    look = twice.compareTo(LAST_LOOK) > 0 ? LAST_LOOK : twice;
    loop.later(
        () ->
            ask(
                seen -> {
                  if (nonce != 0) {
                    List<ServiceAck> acks = watch.acknowledge(seen);
                    if (!acks.isEmpty()) {
                      acknowledge(acks);
                    }
                  }
                },
                () -> {
                  looking = false;
                  lookSoon();
                }),
        pause);
  }

  private void acknowledge(List<ServiceAck> acks) {
    int at = 0;
    do {
      int end = Math.min(acks.size(), at + ACKS_AT_ONCE);
      send(
          AgentMessage.newBuilder()
              .setAck(
                  Ack.newBuilder()
                      .setNonce(nonce)
                      .setRevision(Revisions.message(intake.revision()))
                      .addAllServices(acks.subList(at, end)))
              .build());
      at = end;
    } while (at < acks.size());
  }

  /**
   * Reports, if there is news, or it has been a while.
   *
   * @param all whether all is to be told, news or not
   */
  void report(boolean all) {
    Connection asker = open;
    if (asker != null) {
      ask(
          seen -> {
            if (asker == open) {
              report(seen, all);
            }
          },
          () -> {});
    }
  }

  private void report(NodeEffect seen, boolean all) {
    Report.Builder report = watch.report(seen, all, wrong.get());
    boolean news = watch.news(report);
    quiet++;
    if (!news && !all && quiet < REPORT_ANYWAY) {
      return;
    }
    quiet = 0;
    if (report.build().getSerializedSize() <= MESSAGE_BYTES) {
      send(report);
      return;
    }
    Report.Builder part = report.clone().clearServices().setComplete(false);
    long bytes = 0;
    for (ServiceState service : report.getServicesList()) {
      if (bytes + service.getSerializedSize() > MESSAGE_BYTES) {
        send(part);
        part.clearServices();
        bytes = 0;
      }
      part.addServices(service);
      bytes += service.getSerializedSize();
    }
    send(part);
  }

  /** Asks what serves; the answer, and what is to follow in any case, come on the loop. */
  private void ask(Consumer<NodeEffect> answer, Runnable then) {
    effect
        .get()
        .whenComplete((seen, fault) ->
            loop.execute(() -> {
              try {
                if (fault == null) {
                  answer.accept(seen);
                }
              } finally {
                then.run();
              }
            }));
  }

  private void send(Report.Builder report) {
    send(AgentMessage.newBuilder().setReport(report).build());
  }

  private void send(AgentMessage message) {
    Connection stream = open;
    if (stream != null) {
      stream.send(message);
    }
  }
}
