package io.sallyport.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.Picker;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What every balancer promises. A plugin's test inherits it and says which factory is meant.
 *
 * @since 0.1
 */
public abstract class BalancerContract extends FactoryContract<BalancerFactory<?>> {
  private static final int PICKS = 2000;

  /** For the plugin's test. */
  protected BalancerContract() {}

  /** A configuration without problems; nothing, unless overridden. */
  protected Map<String, Object> settings() {
    return Map.of();
  }

  @Override
  final Map<String, Object> wellFormed() {
    return settings();
  }

  /** A balancer with {@link #settings()}. */
  protected final Balancer balancer() {
    return made(factory(), settings());
  }

  private static <S extends Record> Balancer made(
      BalancerFactory<S> factory, Map<String, Object> values) {
    return factory.create(
        parsed(factory, values), new BalancerContext(new Random(42), new FakeTicker()));
  }

  private static List<Candidate> candidates(int count) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      candidates.add(new FakeCandidate("endpoint-" + i, 1 + i % 3));
    }
    return candidates;
  }

  private static InetAddress client(int number) {
    return InetAddress.ofLiteral("10.0." + (number / 250) % 250 + "." + (number % 250 + 1));
  }

  @Test
  void aSingleEndpointIsPickedWhereItIsAdmitted() {
    Picker picker = balancer().picker(candidates(1));
    assertEquals(0, picker.pick(FakePickRequest.admittingAll()));
    assertEquals(Picker.NONE, picker.pick(FakePickRequest.refusing(0)));
  }

  @Test
  void onlyAdmittedEndpointsArePickedAndOneIsWhileThereIsAny() {
    Random random = new Random(7);
    for (int size : new int[] {2, 3, 10, 100}) {
      Picker picker = balancer().picker(candidates(size));
      for (int i = 0; i < PICKS; i++) {
        boolean[] admitted = new boolean[size];
        boolean any = false;
        double part = random.nextDouble();
        for (int k = 0; k < size; k++) {
          admitted[k] = random.nextDouble() < part;
          any |= admitted[k];
        }
        int picked = picker.pick(new FakePickRequest(client(i), index -> admitted[index]));
        if (any) {
          assertTrue(
              picked >= 0 && picked < size && admitted[picked],
              "of " + size + " endpoints it picked " + picked + ", which is not admitted");
        } else {
          assertEquals(Picker.NONE, picked, "no endpoint is admitted");
        }
      }
    }
  }

  @Test
  void anOlderPickerStillPicksFromItsOwnList() {
    Balancer balancer = balancer();
    Picker older = balancer.picker(candidates(3));
    Picker newer = balancer.picker(candidates(10));
    Picker newest = balancer.picker(candidates(1));
    for (int i = 0; i < PICKS; i++) {
      FakePickRequest request = new FakePickRequest(client(i), index -> true);
      within(3, older.pick(request));
      within(10, newer.pick(request));
      within(1, newest.pick(request));
    }
  }

  @Test
  void allEventLoopsMayPickAtOnce() throws Exception {
    Picker picker = balancer().picker(candidates(5));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> loops = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int first = thread * PICKS;
        loops.add(
            threads.submit(() -> {
              for (int i = 0; i < PICKS; i++) {
                within(5, picker.pick(new FakePickRequest(client(first + i), index -> true)));
              }
            }));
      }
      for (Future<?> loop : loops) {
        loop.get();
      }
    } catch (ExecutionException failed) {
      throw new AssertionError("picking at once failed: " + failed.getCause(), failed.getCause());
    }
  }

  @Test
  void stickinessStaysAndIsTrue() {
    Balancer balancer = balancer();
    assertEquals(balancer.sticky(), balancer.sticky());
    if (balancer.sticky()) {
      Picker picker = balancer.picker(candidates(5));
      FakePickRequest request = new FakePickRequest(client(1), index -> true);
      assertEquals(picker.pick(request), picker.pick(request), "one client, two endpoints");
    }
  }

  private static void within(int size, int picked) {
    assertTrue(picked >= 0 && picked < size, "of " + size + " endpoints it picked " + picked);
  }
}
