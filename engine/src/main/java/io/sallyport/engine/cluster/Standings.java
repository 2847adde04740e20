package io.sallyport.engine.cluster;

import io.sallyport.api.catalog.ServicePort;
import io.sallyport.engine.control.ControlLoop;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * How good each endpoint of a cluster is now, published as one unchanging snapshot that event loops
 * read; and which of them are ejected, since that depends on how the others stand.
 *
 * <p>Changed on the control loop only.
 */
final class Standings implements Ejections.Listener {
  /** Of so many endpoints each change is published by itself. */
  private static final int FEW = 256;

  /** How long the changes of more of them are gathered: making a picker takes its time, too. */
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Members members;
  private final Supplier<ServicePort> settings;
  private final ControlLoop loop;
  private final ClusterNews news;
  private final Runnable onChange;
  private final Ejections ejections;
  private final AtomicBoolean failOpenTold = new AtomicBoolean();
  private Tiers tiers;
  private ControlLoop.Timer publication = ControlLoop.Timer.NONE;
  private boolean publicationDue;
  private ControlLoop.Timer warming = ControlLoop.Timer.NONE;
  private boolean gathering;
  private volatile ClusterSnapshot snapshot = ClusterSnapshot.EMPTY;

  /**
   * Publishes nothing yet.
   *
   * @param settings are the catalog's word, as it is at any time
   * @param onChange hears of each snapshot
   */
  Standings(
      Members members,
      Supplier<ServicePort> settings,
      Tiers tiers,
      ControlLoop loop,
      ClusterNews news,
      Runnable onChange) {
    this.members = members;
    this.settings = settings;
    this.tiers = tiers;
    this.loop = loop;
    this.news = news;
    this.onChange = onChange;
    this.ejections =
        new Ejections(settings.get().spreading().ejection(), loop, members.all(), this);
  }

  /** What event loops see. Any thread. */
  ClusterSnapshot snapshot() {
    return snapshot;
  }

  Ejections ejections() {
    return ejections;
  }

  Tiers tiers() {
    return tiers;
  }

  /** Sorts by these from the next snapshot on. */
  void tiers(Tiers changed) {
    tiers = changed;
  }

  /** Publishes nothing while several things change. */
  void gather(Runnable changes) {
    gathering = true;
    changes.run();
    gathering = false;
  }

  /** Publishes, if that endpoint stands otherwise than was published. */
  void moved(Member member) {
    if (member.standing().orElse(Standing.DOWN) == member.endpoint().standing()) {
      return;
    }
    if (members.size() <= FEW) {
      publish();
    } else if (!publicationDue) {
      publicationDue = true;
      publication = loop.schedule(PAUSE, this::publish);
    }
  }

  void publish() {
    if (members.stopped() || gathering) {
      return;
    }
    gather(ejections::heedLimit);
    publication.cancel();
    publicationDue = false;
    boolean openBefore = snapshot.failOpen();
    snapshot = tiers.build(members.all(), settings.get(), loop.nanos());
    if (openBefore && !snapshot.failOpen() && failOpenTold.compareAndSet(true, false)) {
      news.failOpen(false, "enough endpoints pass their checks");
    }
    warming.cancel();
    if (snapshot.warming()) {
      Duration pause = SlowStart.pause(settings.get().spreading().slowStart());
      warming = loop.schedule(pause, this::publish);
    }
    onChange.run();
  }

  void stop() {
    warming.cancel();
    publication.cancel();
    ejections.stop();
  }

  /** A session took an endpoint that no check vouches for. Event loop. */
  void failedOpen() {
    if (!failOpenTold.get() && failOpenTold.compareAndSet(false, true)) {
      loop.execute(() -> news.failOpen(true, whyOpen()));
    }
  }

  private String whyOpen() {
    if (members.serves()) {
      return "too few endpoints pass their checks";
    }
    return members.judged() ? "no endpoint passes its checks" : "no check has ended yet";
  }

  @Override
  public void ejected(Member member, Duration time, String reason) {
    moved(member);
    news.ejected(member, true, time, reason);
  }

  @Override
  public void back(Member member, String reason) {
    moved(member);
    news.ejected(member, false, Duration.ZERO, reason);
  }
}
