package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.testkit.HostInjectorContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What strangers' injectors are held to. */
class DnsmasqKitTest extends HostInjectorContract {
  @Override
  protected HostInjectorFactory<?> factory() {
    return new DnsmasqInjectorFactory();
  }

  @Override
  protected Map<String, Object> settings(Path directory) {
    return Map.of("path", directory.resolve("dnsmasq.hosts").toString(), "reload", List.of("off"));
  }
}
