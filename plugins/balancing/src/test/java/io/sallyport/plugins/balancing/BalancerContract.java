package io.sallyport.plugins.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.PickRequest;
import io.sallyport.api.balancing.Picker;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every balancer must do, whatever it prefers. */
@Timeout(60)
public abstract class BalancerContract {
  private static final int[] SIZES = {1, 2, 3, 17, 300, 10_000};

  /** The factory, as the service loader would make it. */
  protected abstract BalancerFactory<?> factory();

  /** A balancer with the settings that a catalog yields when it says nothing of them. */
  protected final Balancer balancer() {
    return balancer(Map.of());
  }

  /** A balancer with these settings; fails when they are not accepted. */
  protected final Balancer balancer(Map<String, String> settings) {
    return balancer(factory(), settings);
  }

  private static <S extends Record> Balancer balancer(
      BalancerFactory<S> factory, Map<String, String> settings) {
    TextSection section = new TextSection(settings);
    S parsed = factory.parse(section);
    assertThat(section.problems()).isEmpty();
    return factory.create(parsed, new BalancerContext(new Random(42), System::nanoTime));
  }

  /** Picks one after the other; no session stays. */
  protected static int[] counts(Picker picker, int candidates, int picks) {
    int[] counts = new int[candidates];
    PickRequest any = Asking.any();
    for (int i = 0; i < picks; i++) {
      counts[picker.pick(any)]++;
    }
    return counts;
  }

  /** Picks one after the other; all sessions stay. */
  protected static int[] held(Picker picker, List<Server> servers, int picks) {
    int[] counts = new int[servers.size()];
    PickRequest any = Asking.any();
    for (int i = 0; i < picks; i++) {
      int picked = picker.pick(any);
      counts[picked]++;
      servers.get(picked).opened();
    }
    return counts;
  }

  /** What a catalog has: sorted weights, some of them busy and some of them near. */
  private static List<Server> mixed(int count) {
    List<Server> servers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      servers.add(new Server("e" + i, 1 + i % 256).busy(i % 5).away(i % 3 * 1_000_000L));
    }
    return servers;
  }

  private static <T extends Candidate> List<Candidate> offered(List<T> servers) {
    return List.copyOf(servers);
  }

  @Test
  void typeIsAWordInKebabCase() {
    assertThat(factory().type()).matches("[a-z0-9]+(-[a-z0-9]+)*");
  }

  @Test
  void factoryMakesAnotherOneEachTime() throws ReflectiveOperationException {
    assertThat(factory().getClass().getConstructor().newInstance().type())
        .isEqualTo(factory().type());
    assertThat(balancer()).isNotSameAs(balancer());
  }

  @Test
  void settingsThatSayTheSameAreEqual() {
    assertThat(factory().parse(new TextSection(Map.of())))
        .isEqualTo(factory().parse(new TextSection(Map.of())))
        .isInstanceOf(factory().settingsType());
  }

  @Test
  void onlyOneIsAlwaysPicked() {
    Picker picker = balancer().picker(offered(mixed(1)));
    assertThat(counts(picker, 1, 1000)).containsExactly(1000);
  }

  @Test
  void whatIsPickedWasOffered() {
    for (int size : SIZES) {
      Picker picker = balancer().picker(offered(mixed(size)));
      ChiSquare.numbers(1000)
          .forEach(client -> assertThat(picker.pick(Asking.from(client))).isBetween(0, size - 1));
    }
  }

  @Test
  void allTurnedDownIsNone() {
    for (int size : SIZES) {
      Picker picker = balancer().picker(offered(mixed(size)));
      for (int i = 0; i < 20; i++) {
        assertThat(picker.pick(Asking.admitting(index -> false))).isEqualTo(Picker.NONE);
      }
    }
  }

  @Test
  void oneThatIsTurnedDownIsNeverPicked() {
    for (int size : new int[] {2, 3, 17, 300}) {
      Picker picker = balancer().picker(offered(mixed(size)));
      for (int i = 0; i < 2000; i++) {
        int down = i % size;
        assertThat(picker.pick(Asking.from(i * 7919).but(index -> index != down)))
            .isNotEqualTo(down)
            .isBetween(0, size - 1);
      }
    }
  }

  @Test
  void onlyOneAdmittedIsAlwaysFound() {
    for (int size : SIZES) {
      Picker picker = balancer().picker(offered(mixed(size)));
      for (int i = 0; i < 200; i++) {
        int only = (int) (i * 48_271L % size);
        assertThat(picker.pick(Asking.from(i).but(index -> index == only))).isEqualTo(only);
      }
    }
  }

  @Test
  void olderPickerGoesOnWorking() {
    Balancer balancer = balancer();
    Picker older = balancer.picker(offered(mixed(300)));
    Picker newer = balancer.picker(offered(mixed(2)));
    ChiSquare.numbers(1000)
        .forEach(client -> {
          assertThat(older.pick(Asking.from(client))).isBetween(0, 299);
          assertThat(newer.pick(Asking.from(client))).isBetween(0, 1);
        });
  }

  @Test
  void weightsUpToTheLargestOneAreTaken() {
    List<Server> servers = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      servers.add(new Server("e" + i, Candidate.MOST_WEIGHT - i % 2));
    }
    Picker picker = balancer().picker(offered(servers));
    ChiSquare.numbers(1000)
        .forEach(client -> assertThat(picker.pick(Asking.from(client))).isBetween(0, 9_999));
  }

  @Test
  void manyThreadsPickAtOnce() throws InterruptedException {
    List<Server> servers = mixed(17);
    Balancer balancer = balancer();
    Picker picker = balancer.picker(offered(servers));
    ConcurrentLinkedQueue<Throwable> faults = new ConcurrentLinkedQueue<>();
    int threads = 4;
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      int thread = t;
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try {
              for (int i = 0; i < 20_000; i++) {
                int down = i % 17;
                Asking request = Asking.from(thread * 20_000 + i).but(index -> index != down);
                int picked = picker.pick(request);
                assertThat(picked).isBetween(0, 16).isNotEqualTo(down);
                servers.get(picked).opened();
                servers.get(picked).closed();
              }
            } catch (RuntimeException | AssertionError fault) {
              faults.add(fault);
            } finally {
              done.countDown();
            }
          });
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(faults).isEmpty();
  }

  @Test
  void picksAllocateNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    PickRequest any = Asking.any();
    PickRequest odd = Asking.admitting(index -> index % 2 == 1);
    PickRequest none = Asking.admitting(index -> false);
    for (int size : new int[] {3, 100, 10_000}) {
      Picker picker = balancer().picker(offered(mixed(size)));
      // What is allocated once, by loading classes and linking lambdas, is not the picks'.
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 5; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        int sum = 0;
        for (int i = 0; i < 1000; i++) {
          sum += picker.pick(any) + picker.pick(odd) + (i % 100 == 0 ? picker.pick(none) : 0);
        }
        assertThat(sum).isNotEqualTo(Integer.MIN_VALUE);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      // The assertion itself allocates some hundred bytes; a single byte[4] each would be 48,000.
      assertThat(least).as("bytes of 2,010 picks among %s", size).isLessThan(2000);
    }
  }

  @Test
  void noneIsLeftOutWhereAllAreAlike() {
    Picker picker = balancer().picker(offered(Server.alike(3)));
    int[] counts = new int[3];
    ChiSquare.numbers(3000).forEach(client -> counts[picker.pick(Asking.from(client))]++);
    assertThat(IntStream.of(counts).filter(count -> count > 0).count())
        .isEqualTo(leavesSomeOut() ? 1 : 3);
  }

  /** For a balancer that fills one before the next: says so. */
  protected boolean leavesSomeOut() {
    return false;
  }
}
