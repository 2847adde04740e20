package io.sallyport.engine.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Picker;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.engine.Strategies;
import io.sallyport.engine.guard.PluginFaults.Owner;
import io.sallyport.engine.health.HealthWork;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Code that does not return is found, told, and costs no thread that others need. */
@Timeout(60)
class HangingPluginsTest {
  private static final Owner SLOW = new Owner("health check", "slow");
  private static final Owner OTHER = new Owner("health check", "other");

  private final MetricRegistry metrics = new MetricRegistry();
  private final PluginFaults faults = new PluginFaults(metrics);
  private final AtomicLong nanos = new AtomicLong();
  private final CountDownLatch release = new CountDownLatch(1);
  private final ThreadPoolExecutor threads = HealthWork.threads();
  private final DialogueWatch watch = new DialogueWatch(faults, threads, nanos::get);

  @AfterEach
  void end() {
    release.countDown();
    threads.shutdownNow();
  }

  private void hang(Owner owner, CountDownLatch begun) {
    threads.execute(() ->
        watch.during(
            owner,
            () -> {
              begun.countDown();
              return awaited();
            }));
  }

  private boolean awaited() {
    try {
      return release.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void dialoguesThatHangHoldNoThreadThatOthersNeed() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    hang(SLOW, begun);
    hang(SLOW, begun);
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    CountDownLatch served = new CountDownLatch(1);
    threads.execute(() ->
        watch.during(
            OTHER,
            () -> {
              served.countDown();
              return true;
            }));
    watch.look();
    assertThat(served.await(200, TimeUnit.MILLISECONDS)).as("both threads are held").isFalse();
    assertThat(watch.stuck(SLOW)).isFalse();

    nanos.addAndGet(DialogueWatch.MOST.toNanos() + 1);
    watch.look();
    watch.look();
    assertThat(served.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(watch.stuck(SLOW)).isTrue();
    assertThat(watch.stuck(OTHER)).isFalse();
    assertThat(threads.getCorePoolSize()).isEqualTo(4);
    assertThat(watch.wrong())
        .containsExactly(
            "the health check \"slow\" hangs in a dialogue, 2 times; its probes are not begun until"
                + " it returns");
    assertThat(count("plugin_faults_total{kind=\"health check\",type=\"slow\"}")).isEqualTo(2);

    release.countDown();
    await().until(() -> !watch.stuck(SLOW));
    await().until(() -> threads.getCorePoolSize() == 2);
    assertThat(watch.wrong()).isEmpty();
  }

  @Test
  void aPickerThatDoesNotReturnIsToldWithItsLoop() throws Exception {
    Endless endless = new Endless();
    Strategies strategies =
        new Guards(faults, watch)
            .around(new Strategies(Map.of("endless", endless), Map.of(), Map.of()));
    Picker picker =
        strategies
            .balancer(
                new Strategy("endless", new Endless.Nothing()),
                new BalancerContext(new Random(1), nanos::get))
            .picker(List.of());
    ExecutorService loop = Executors.newSingleThreadExecutor();
    try {
      LoopWatch loops =
          new LoopWatch(faults, nanos::get, List.of(new LoopWatch.Loop("data-1", loop)));
      loops.look();
      loop.submit(() -> {}).get();
      loop.execute(() -> picker.pick(null));
      assertThat(endless.begun.await(20, TimeUnit.SECONDS)).isTrue();
      loops.look();
      nanos.addAndGet(LoopWatch.MOST.toNanos());
      loops.look();
      assertThat(loops.wrong()).as("not too early").isEmpty();
      nanos.addAndGet(1);
      await()
          .untilAsserted(() -> {
            loops.look();
            assertThat(loops.wrong())
                .singleElement()
                .asString()
                .startsWith(
                    "the loop data-1 does not go on, held by the balancer \"endless\", at ");
          });
      assertThat(count("plugin_faults_total{kind=\"balancer\",type=\"endless\"}")).isEqualTo(1);
      assertThat(count("loop_stalls_total{loop=\"data-1\"}")).isEqualTo(1);
      endless.over = true;
      await().untilAsserted(() -> assertThat(loops.wrong()).isEmpty());
    } finally {
      endless.over = true;
      loop.shutdownNow();
    }
  }

  private long count(String name) {
    return metrics.counter(name).getCount();
  }

  private static final class Endless implements BalancerFactory<Endless.Nothing> {
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile boolean over;

    record Nothing() {}

    @Override
    public String type() {
      return "endless";
    }

    @Override
    public Class<Nothing> settingsType() {
      return Nothing.class;
    }

    @Override
    public Nothing parse(ConfigSection section) {
      return new Nothing();
    }

    @Override
    public Balancer create(Nothing settings, BalancerContext context) {
      return candidates ->
          request -> {
            begun.countDown();
            while (!over) {
              Thread.onSpinWait();
            }
            return Picker.NONE;
          };
    }
  }
}
