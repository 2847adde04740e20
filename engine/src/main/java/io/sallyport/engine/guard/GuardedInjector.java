package io.sallyport.engine.guard;

import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.engine.guard.PluginFaults.Owner;
import java.util.List;
import java.util.Set;

/** A host injector whose faults are counted. */
record GuardedInjector(Owner owner, HostInjector injector, Guards guards) implements HostInjector {
  @Override
  public InjectionReport reconcile(Set<HostBinding> desired) {
    return guards.call(owner, () -> injector.reconcile(desired));
  }

  @Override
  public List<String> preview(Set<HostBinding> desired) {
    return guards.call(owner, () -> injector.preview(desired));
  }

  @Override
  public void close() {
    guards.call(
        owner,
        () -> {
          injector.close();
          return true;
        });
  }
}
