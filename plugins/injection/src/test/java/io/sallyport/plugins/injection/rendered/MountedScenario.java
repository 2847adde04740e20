package io.sallyport.plugins.injection.rendered;

import java.nio.file.Path;
import java.util.Set;

/** Where the file is a bind mount. */
final class MountedScenario {
  private MountedScenario() {}

  public static void main(String[] arguments) throws Exception {
    RenderedBench bench = new RenderedBench(Path.of(arguments[0]));
    try (RenderedInjector injector =
        bench.injector(new HostsFormat(bench.file), bench.settings(bench.file))) {
      injector.reconcile(Set.of(RenderedBench.ICR));
      System.out.println("published: " + RenderedBench.body(bench.file));
      injector.reconcile(Set.of());
      System.out.println("withdrawn: " + RenderedBench.body(bench.file));
    }
  }
}
