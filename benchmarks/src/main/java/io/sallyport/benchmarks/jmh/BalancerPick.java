package io.sallyport.benchmarks.jmh;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.PickRequest;
import io.sallyport.api.balancing.Picker;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The choice of an endpoint, as every session makes it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BalancerPick {
  /** How many endpoints there are. */
  @Param({"3", "100", "10000"})
  public int endpoints;

  /** The factory of the balancer. */
  @Param("io.sallyport.plugins.balancing.roundrobin.RoundRobinFactory")
  public String factory = "";

  private PickRequest request = new AnyEndpoint(InetAddress.getLoopbackAddress());
  private Picker picker = ignored -> Picker.NONE;

  private record Idle(String name, int weight) implements Candidate {
    @Override
    public int activeSessions() {
      return 0;
    }
  }

  private record AnyEndpoint(InetAddress client) implements PickRequest {
    @Override
    public boolean admits(int index) {
      return true;
    }
  }

  /** Makes the picker. */
  @Setup
  public void prepare() throws ReflectiveOperationException {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < endpoints; i++) {
      candidates.add(new Idle("endpoint-" + i, 1));
    }
    // By its name, because no module but the engine's loader sees it: this runs on the class path.
    BalancerFactory<?> made =
        Class.forName(factory).asSubclass(BalancerFactory.class).getConstructor().newInstance();
    picker = balancer(made).picker(candidates);
  }

  /** One pick. */
  @Benchmark
  public int pick() {
    return picker.pick(request);
  }

  private static <S extends Record> Balancer balancer(BalancerFactory<S> factory)
      throws ReflectiveOperationException {
    S settings = factory.settingsType().getConstructor().newInstance();
    return factory.create(settings, new BalancerContext(new SplittableRandom(1), System::nanoTime));
  }
}
