package io.sallyport.plugins.injection.hosts;

import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.testkit.HostInjectorContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What strangers' injectors are held to. */
class HostsFileKitTest extends HostInjectorContract {
  @Override
  protected HostInjectorFactory<?> factory() {
    return new HostsFileInjectorFactory();
  }

  @Override
  protected Map<String, Object> settings(Path directory) {
    Path hosts = directory.resolve("hosts");
    try {
      if (!Files.exists(hosts)) {
        Files.writeString(hosts, "127.0.0.1 localhost\n");
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return Map.of("path", hosts.toString());
  }
}
