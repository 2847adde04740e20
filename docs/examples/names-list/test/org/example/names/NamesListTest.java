package org.example.names;

import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.testkit.HostInjectorContract;
import java.nio.file.Path;
import java.util.Map;

class NamesListTest extends HostInjectorContract {
  @Override
  protected HostInjectorFactory<?> factory() {
    return new NamesListFactory();
  }

  @Override
  protected Map<String, Object> settings(Path directory) {
    return Map.of("path", directory.resolve("names").toString());
  }
}
