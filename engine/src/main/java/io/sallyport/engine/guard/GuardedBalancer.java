package io.sallyport.engine.guard;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.PickRequest;
import io.sallyport.api.balancing.Picker;
import io.sallyport.engine.guard.PluginFaults.Owner;
import java.util.List;

/** A balancer whose faults are counted. */
record GuardedBalancer(Owner owner, Balancer balancer, Guards guards) implements Balancer {
  @Override
  public Picker picker(List<Candidate> candidates) {
    Picker made = guards.call(owner, () -> balancer.picker(candidates));
    guards.faults().owns(owner, made);
    return new Guarded(owner, made, guards);
  }

  @Override
  public boolean sticky() {
    return guards.call(owner, balancer::sticky);
  }

  /** Picks without a lambda: a session's pick allocates nothing. */
  private record Guarded(Owner owner, Picker picker, Guards guards) implements Picker {
    @Override
    public int pick(PickRequest request) {
      try {
        return picker.pick(request);
      } catch (RuntimeException | LinkageError | AssertionError fault) {
        guards.faults().happened(owner, fault);
        throw fault;
      } catch (StackOverflowError fault) {
        guards.faults().happened(owner, fault);
        throw new Guards.OverflownException(owner, fault);
      }
    }
  }
}
