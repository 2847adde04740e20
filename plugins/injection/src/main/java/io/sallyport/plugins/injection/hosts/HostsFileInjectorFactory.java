package io.sallyport.plugins.injection.hosts;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.plugins.injection.files.DaemonSchedule;
import java.nio.file.Path;

/**
 * Makes the injector {@code hosts-file}, which publishes names as marked lines of a hosts file.
 *
 * @since 0.1
 */
public final class HostsFileInjectorFactory implements HostInjectorFactory<HostsFileSettings> {
  @Override
  public String type() {
    return "hosts-file";
  }

  @Override
  public Class<HostsFileSettings> settingsType() {
    return HostsFileSettings.class;
  }

  @Override
  public HostsFileSettings parse(ConfigSection section) {
    return HostsFileSettings.parse(section);
  }

  @Override
  public InjectionPhase phase() {
    return InjectionPhase.NAME;
  }

  @Override
  public HostInjector create(HostsFileSettings settings, HostInjectorContext context) {
    return new HostsFileInjector(
        settings,
        context,
        new CloudInit(Path.of("/")),
        new DaemonSchedule("hosts-file-watch"),
        step -> {});
  }
}
