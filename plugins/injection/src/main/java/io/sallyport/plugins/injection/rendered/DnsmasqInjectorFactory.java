package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.plugins.injection.files.DaemonSchedule;

/**
 * Makes the injector {@code dnsmasq}: a file for dnsmasq's {@code addn-hosts}, which it reads again
 * when it receives SIGHUP. (It never reads its configuration again, so a drop-in would need a
 * restart.)
 *
 * @since 0.1
 */
public final class DnsmasqInjectorFactory implements HostInjectorFactory<FileSettings> {
  private static final FileSettings DEFAULTS =
      FileSettings.defaults(
          "/etc/sallyport/dnsmasq.hosts", "systemctl", "kill", "--signal=HUP", "dnsmasq.service");

  /** For {@link java.util.ServiceLoader}. */
  public DnsmasqInjectorFactory() {}

  @Override
  public String type() {
    return "dnsmasq";
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
