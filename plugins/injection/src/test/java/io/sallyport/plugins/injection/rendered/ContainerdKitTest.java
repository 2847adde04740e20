package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.testkit.HostInjectorContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What strangers' injectors are held to. */
class ContainerdKitTest extends HostInjectorContract {
  @Override
  protected HostInjectorFactory<?> factory() {
    return new ContainerdInjectorFactory();
  }

  @Override
  protected Map<String, Object> settings(Path directory) {
    try {
      // containerd's own directory; those of the registries are made in it.
      Path certs = Files.createDirectories(directory.resolve("certs.d"));
      return Map.of("directory", certs.toString());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
