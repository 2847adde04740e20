package io.sallyport.benchmarks.jmh;

import io.sallyport.api.balancing.PickRequest;
import io.sallyport.api.balancing.Picker;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
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
 * The choice of an endpoint, as every session makes it: among endpoints of different weights, all
 * of which have sessions, for one of a thousand clients.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BalancerPick {
  private static final int CLIENTS = 1024;

  /** How many endpoints there are. */
  @Param({"3", "100", "10000"})
  public int endpoints;

  /** The balancer. */
  @Param({
    "round-robin",
    "least-connections",
    "random-two-choices",
    "source-hash",
    "source-hash-bounded",
    "first",
    "latency-aware"
  })
  public String balancer = "";

  private final PickRequest[] requests = new PickRequest[CLIENTS];
  private Picker picker = ignored -> Picker.NONE;
  private int next;

  private record AnyEndpoint(InetAddress client) implements PickRequest {
    @Override
    public boolean admits(int index) {
      return true;
    }
  }

  /** Makes the picker. */
  @Setup
  public void prepare() throws UnknownHostException, ReflectiveOperationException {
    Random random = new Random(1);
    byte[] address = new byte[4];
    for (int i = 0; i < CLIENTS; i++) {
      random.nextBytes(address);
      requests[i] = new AnyEndpoint(InetAddress.getByAddress(address));
    }
    picker = Pools.balancer(balancer).picker(Pools.candidates(endpoints));
  }

  /** One pick. */
  @Benchmark
  public int pick() {
    return picker.pick(requests[next++ & (CLIENTS - 1)]);
  }
}
