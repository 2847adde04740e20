package io.sallyport.plugins.injection.dns;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import java.security.SecureRandom;

/**
 * Makes the injector {@code dns}, which answers the catalog's names on a loopback address and
 * forwards all other questions.
 *
 * @since 0.1
 */
public final class DnsInjectorFactory implements HostInjectorFactory<DnsSettings> {
  /** For {@link java.util.ServiceLoader}. */
  public DnsInjectorFactory() {}

  @Override
  public String type() {
    return "dns";
  }

  @Override
  public Class<DnsSettings> settingsType() {
    return DnsSettings.class;
  }

  @Override
  public DnsSettings parse(ConfigSection section) {
    return DnsSettings.parse(section);
  }

  @Override
  public InjectionPhase phase() {
    return InjectionPhase.NAME;
  }

  @Override
  public HostInjector create(DnsSettings settings, HostInjectorContext context) {
    return new DnsInjector(settings, context, new SecureRandom(), System::nanoTime);
  }
}
