package io.sallyport.benchmarks.jmh;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.Picker;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a change of a pool costs the control thread: an endpoint goes or comes back, and the
 * balancer makes its picker anew.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PoolChange {
  /** How many endpoints there are. */
  @Param({"3", "100", "10000"})
  public int endpoints;

  /** The balancer. */
  @Param({
    "round-robin",
    "least-connections",
    "random-two-choices",
    "source-hash",
    "first",
    "latency-aware"
  })
  public String balancer = "";

  private List<Candidate> all = List.of();
  private List<Candidate> fewer = List.of();
  private Balancer made = candidates -> request -> Picker.NONE;
  private boolean gone;

  /** Makes the balancer and its endpoints. */
  @Setup
  public void prepare() throws ReflectiveOperationException {
    all = Pools.candidates(endpoints);
    fewer = all.subList(0, endpoints - 1);
    made = Pools.balancer(balancer);
  }

  /** One change. */
  @Benchmark
  public Picker change() {
    gone = !gone;
    return made.picker(gone ? fewer : all);
  }
}
