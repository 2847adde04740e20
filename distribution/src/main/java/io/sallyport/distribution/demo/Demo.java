package io.sallyport.distribution.demo;

import io.sallyport.api.plugin.Ticker;
import io.sallyport.distribution.demo.DemoFrame.Happening;
import io.sallyport.distribution.demo.DemoFrame.Kind;
import io.sallyport.distribution.demo.DemoFrame.TargetRow;
import io.sallyport.distribution.demo.DemoFrame.ZoneRow;
import io.sallyport.engine.status.NodeStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Traffic by public name while zones fail and the catalog changes: plays the scenes, follows what
 * the node makes of them, and shows it. Used by one thread.
 */
final class Demo {
  /** Requests each second. */
  static final int PACE = 100;

  private static final Duration STEP = Duration.ofMillis(50);
  private static final Duration FRAME = Duration.ofMillis(200);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final DemoNode node;
  private final List<DemoZone> zones;
  private final DemoClient client;
  private final DemoTally tally;
  private final DemoScreen screen;
  private final Ticker ticker;
  private final Duration length;
  private final List<ZoneWatch> watches = new ArrayList<>();
  private final List<Happening> happenings = new ArrayList<>();
  private final List<DemoService> services = new ArrayList<>(DemoService.FIRST);
  private final Deque<Sample> samples = new ArrayDeque<>();
  private boolean awaitsLater;

  /** Zones that are open, and a node that serves the first catalog. */
  Demo(
      DemoNode node,
      List<DemoZone> zones,
      DemoClient client,
      DemoTally tally,
      DemoScreen screen,
      Ticker ticker,
      Duration length) {
    this.node = node;
    this.zones = List.copyOf(zones);
    this.client = client;
    this.tally = tally;
    this.screen = screen;
    this.ticker = ticker;
    this.length = length;
    zones.forEach(zone -> watches.add(new ZoneWatch(zone.name())));
  }

  /** Plays it, for as long as it lasts. */
  void play() {
    long start = ticker.nanos();
    Duration shown = FRAME.negated();
    try (DemoLoad load = new DemoLoad(client, tally, ticker, PACE, targets(services))) {
      Deque<Scene> scenes = new ArrayDeque<>(scenes(load));
      happened(
          Duration.ZERO,
          Kind.CAUSE,
          services.size() + " services, 3 zones, health checks each 60 s, as on the real node");
      Duration elapsed = Duration.ZERO;
      while (elapsed.compareTo(length) < 0) {
        if (!scenes.isEmpty() && elapsed.compareTo(share(scenes.getFirst().at())) >= 0) {
          scenes.removeFirst().play().at(elapsed);
        }
        observe(load, node.status(), elapsed);
        if (elapsed.minus(shown).compareTo(FRAME) >= 0) {
          screen.show(frame(elapsed));
          shown = elapsed;
        }
        LockSupport.parkNanos(STEP.toNanos());
        elapsed = Duration.ofNanos(ticker.nanos() - start);
      }
    }
    screen.show(frame(length));
  }

  private List<Scene> scenes(DemoLoad load) {
    DemoZone second = zones.get(1);
    DemoZone third = zones.get(2);
    ZoneWatch secondWatch = watches.get(1);
    ZoneWatch thirdWatch = watches.get(2);
    return List.of(
        new Scene(
            0.17,
            at -> {
              load.between(second::close);
              secondWatch.failed(at);
              happened(at, Kind.CAUSE, "z2 dies: it refuses every connect");
            }),
        new Scene(
            0.37,
            at -> {
              open(second);
              secondWatch.returned(at);
              happened(at, Kind.CAUSE, "z2 is back");
            }),
        new Scene(0.50, at -> silence(third, thirdWatch, load, at)),
        new Scene(
            0.68,
            at -> {
              open(third);
              thirdWatch.returned(at);
              happened(at, Kind.CAUSE, "z3 is back");
            }),
        new Scene(0.80, this::change));
  }

  private void silence(DemoZone zone, ZoneWatch watch, DemoLoad load, Duration at) {
    load.between(() -> {
      String what = " becomes a black hole: connects vanish, none is refused";
      try {
        zone.silence();
      } catch (IOException unable) {
        zone.close();
        what = " dies too: no black hole here (" + unable.getMessage() + ")";
      }
      watch.failed(at);
      happened(at, Kind.CAUSE, zone.name() + what);
    });
  }

  private static void open(DemoZone zone) {
    try {
      zone.open();
    } catch (IOException taken) {
      throw new DemoFailure(zone.name() + " does not come back: " + taken.getMessage());
    }
  }

  private void change(Duration at) {
    services.add(DemoService.LATER);
    node.apply(DemoCatalog.text(services, List.of(3, 1, 1)));
    awaitsLater = true;
    String name = DemoService.LATER.names().getFirst();
    happened(at, Kind.CAUSE, "the catalog changes: " + name + " is new, and z1 weighs 3");
  }

  private void observe(DemoLoad load, NodeStatus status, Duration elapsed) {
    for (ZoneWatch watch : watches) {
      String news = watch.observe(status, elapsed);
      if (!news.isEmpty()) {
        happened(elapsed, Kind.EFFECT, news);
      }
    }
    String later = DemoService.LATER.names().getFirst();
    if (awaitsLater && client.knows(later)) {
      awaitsLater = false;
      load.add(targets(List.of(DemoService.LATER)));
      happened(elapsed, Kind.EFFECT, later + " stands in the hosts file and is asked for");
    }
    samples.addLast(new Sample(elapsed, tally.count().zones()));
    while (samples.size() > 1 && elapsed.minus(samples.getFirst().at()).compareTo(SECOND) > 0) {
      samples.removeFirst();
    }
  }

  private DemoFrame frame(Duration elapsed) {
    DemoTally.Count count = tally.count();
    List<ZoneRow> rows = new ArrayList<>();
    for (ZoneWatch watch : watches) {
      rows.add(row(watch, count, elapsed));
    }
    List<TargetRow> asked = new ArrayList<>();
    for (DemoService service : services) {
      for (DemoTarget target : targets(List.of(service))) {
        asked.add(
            new TargetRow(target, service.address(), count.targets().getOrDefault(target, 0L)));
      }
    }
    return new DemoFrame(
        elapsed, length, count, node.moved(), rows, asked, List.copyOf(happenings));
  }

  private ZoneRow row(ZoneWatch watch, DemoTally.Count count, Duration elapsed) {
    Sample oldest = samples.getFirst();
    long total = count.zones().getOrDefault(watch.zone(), 0L);
    long within = total - oldest.zones().getOrDefault(watch.zone(), 0L);
    long millis = Math.max(1, elapsed.minus(oldest.at()).toMillis());
    return new ZoneRow(
        watch.zone(), watch.health(), watch.use(), Math.round(within * 1000.0 / millis), total);
  }

  private void happened(Duration at, Kind kind, String text) {
    happenings.add(new Happening(at, kind, text));
  }

  private Duration share(double part) {
    return Duration.ofMillis((long) (length.toMillis() * part));
  }

  /** Every name of every service at every port. */
  static List<DemoTarget> targets(List<DemoService> services) {
    List<DemoTarget> targets = new ArrayList<>();
    for (DemoService service : services) {
      for (int port : service.ports()) {
        service.names().forEach(name -> targets.add(new DemoTarget(name, port)));
      }
    }
    return targets;
  }

  /** What has been answered so far, by zone. */
  private record Sample(Duration at, Map<String, Long> zones) {}

  /** Something done at a share of the whole time. */
  private record Scene(double at, Play play) {}

  /** Does it. */
  @FunctionalInterface
  private interface Play {
    void at(Duration elapsed);
  }
}
