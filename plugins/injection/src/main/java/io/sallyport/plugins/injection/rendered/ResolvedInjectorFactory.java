package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.plugins.injection.files.DaemonSchedule;

/**
 * Makes the injector {@code systemd-resolved}: a drop-in that sends questions about our names to
 * the injector {@code dns}.
 *
 * @since 0.1
 */
public final class ResolvedInjectorFactory implements HostInjectorFactory<ResolvedSettings> {

  /** For {@link java.util.ServiceLoader}. */
  public ResolvedInjectorFactory() {}

  @Override
  public String type() {
    return "systemd-resolved";
  }

  @Override
  public Class<ResolvedSettings> settingsType() {
    return ResolvedSettings.class;
  }

  @Override
  public ResolvedSettings parse(ConfigSection section) {
    return ResolvedSettings.parse(section);
  }

  @Override
  public InjectionPhase phase() {
    return InjectionPhase.NAME;
  }

  @Override
  public HostInjector create(ResolvedSettings settings, HostInjectorContext context) {
    return new RenderedInjector(
        type(),
        settings.file(),
        new ResolvedFormat(settings.file().path(), settings.server()),
        context,
        new DaemonSchedule(type() + "-watch"));
  }
}
