package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.plugins.injection.files.DaemonSchedule;

/**
 * Makes the injector {@code unbound}: local data in a part of unbound's configuration.
 *
 * @since 0.1
 */
public final class UnboundInjectorFactory implements HostInjectorFactory<UnboundSettings> {

  /** For {@link java.util.ServiceLoader}. */
  public UnboundInjectorFactory() {}

  @Override
  public String type() {
    return "unbound";
  }

  @Override
  public Class<UnboundSettings> settingsType() {
    return UnboundSettings.class;
  }

  @Override
  public UnboundSettings parse(ConfigSection section) {
    return UnboundSettings.parse(section);
  }

  @Override
  public InjectionPhase phase() {
    return InjectionPhase.NAME;
  }

  @Override
  public HostInjector create(UnboundSettings settings, HostInjectorContext context) {
    return new RenderedInjector(
        type(),
        settings.file(),
        new UnboundFormat(settings.file().path(), settings.timeToLive()),
        context,
        new DaemonSchedule(type() + "-watch"));
  }
}
