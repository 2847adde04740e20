package io.sallyport.plugins.injection.hosts;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.plugins.injection.dns.NameLookup;
import io.sallyport.plugins.injection.files.DaemonSchedule;
import java.security.SecureRandom;

/**
 * Makes the injector {@code resolved-name}, which keeps names in the hosts file with the addresses
 * that a cluster's name server gives them.
 *
 * @since 0.1
 */
public final class ResolvedNameInjectorFactory
    implements HostInjectorFactory<ResolvedNameSettings> {
  /** For {@link java.util.ServiceLoader}. */
  public ResolvedNameInjectorFactory() {}

  @Override
  public String type() {
    return "resolved-name";
  }

  @Override
  public Class<ResolvedNameSettings> settingsType() {
    return ResolvedNameSettings.class;
  }

  @Override
  public ResolvedNameSettings parse(ConfigSection section) {
    return ResolvedNameSettings.parse(section);
  }

  @Override
  public InjectionPhase phase() {
    return InjectionPhase.NAME;
  }

  @Override
  public HostInjector create(ResolvedNameSettings settings, HostInjectorContext context) {
    return new ResolvedNameInjector(
        settings,
        context,
        () ->
            new NameLookup(
                "sallyport-resolved-name",
                settings.servers(),
                settings.timeout(),
                new SecureRandom(),
                System::nanoTime),
        new DaemonSchedule("resolved-name"));
  }
}
