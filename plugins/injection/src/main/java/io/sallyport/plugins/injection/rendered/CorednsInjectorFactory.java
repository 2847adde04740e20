package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.plugins.injection.files.DaemonSchedule;

/**
 * Makes the injector {@code coredns}: a file for the plugin {@code hosts} of CoreDNS, which looks
 * at it every few seconds by itself.
 *
 * @since 0.1
 */
public final class CorednsInjectorFactory implements HostInjectorFactory<FileSettings> {
  private static final FileSettings DEFAULTS =
      FileSettings.defaults("/etc/sallyport/coredns.hosts");

  /** For {@link java.util.ServiceLoader}. */
  public CorednsInjectorFactory() {}

  @Override
  public String type() {
    return "coredns";
  }

  @Override
  public Class<FileSettings> settingsType() {
    return FileSettings.class;
  }

  @Override
  public FileSettings parse(ConfigSection section) {
    return FileSettings.parse(section, "path", DEFAULTS);
  }

  @Override
  public InjectionPhase phase() {
    return InjectionPhase.NAME;
  }

  @Override
  public HostInjector create(FileSettings settings, HostInjectorContext context) {
    return new RenderedInjector(
        type(),
        settings,
        new HostsFormat(settings.path()),
        context,
        new DaemonSchedule(type() + "-watch"));
  }
}
