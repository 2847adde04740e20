package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.testkit.HostInjectorContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What strangers' injectors are held to. */
class UnboundKitTest extends HostInjectorContract {
  @Override
  protected HostInjectorFactory<?> factory() {
    return new UnboundInjectorFactory();
  }

  @Override
  protected Map<String, Object> settings(Path directory) {
    return Map.of("path", directory.resolve("sallyport.conf").toString(), "reload", List.of("off"));
  }
}
