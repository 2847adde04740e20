package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.plugins.injection.files.DaemonSchedule;

/**
 * Makes the injector {@code containerd}: a {@code hosts.toml} for each registry, which containerd
 * reads at each pull.
 *
 * @since 0.1
 */
public final class ContainerdInjectorFactory implements HostInjectorFactory<ContainerdSettings> {

  /** For {@link java.util.ServiceLoader}. */
  public ContainerdInjectorFactory() {}

  @Override
  public String type() {
    return "containerd";
  }

  @Override
  public Class<ContainerdSettings> settingsType() {
    return ContainerdSettings.class;
  }

  @Override
  public ContainerdSettings parse(ConfigSection section) {
    return ContainerdSettings.parse(section);
  }

  @Override
  public InjectionPhase phase() {
    return InjectionPhase.NAME;
  }

  @Override
  public HostInjector create(ContainerdSettings settings, HostInjectorContext context) {
    return new RenderedInjector(
        type(),
        settings.file(),
        new ContainerdFormat(settings),
        context,
        new DaemonSchedule(type() + "-watch"));
  }
}
