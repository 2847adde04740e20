package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.testkit.HostInjectorContract;
import java.nio.file.Path;
import java.util.Map;

/** What strangers' injectors are held to. */
class CorednsKitTest extends HostInjectorContract {
  @Override
  protected HostInjectorFactory<?> factory() {
    return new CorednsInjectorFactory();
  }

  @Override
  protected Map<String, Object> settings(Path directory) {
    return Map.of("path", directory.resolve("coredns.hosts").toString());
  }
}
