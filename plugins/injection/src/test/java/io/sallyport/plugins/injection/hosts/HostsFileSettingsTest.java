package io.sallyport.plugins.injection.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostsFileSettingsTest {
  @Test
  void emptySectionMeansTheDefaults() {
    MapSection section = new MapSection(Map.of());

    assertThat(new HostsFileInjectorFactory().parse(section))
        .isEqualTo(
            new HostsFileSettings(
                Path.of("/etc/hosts"), new CloudInitTemplate.Auto(), Duration.ofSeconds(1), 6));
    assertThat(section.problems).isEmpty();
  }

  @Test
  void everyKeyIsRead() {
    MapSection section =
        new MapSection(
            Map.of(
                "path", "/tmp/hosts",
                "cloud-init-template", "/etc/cloud/templates/hosts.redhat.tmpl",
                "watch-interval", "PT0S",
                "repairs-per-minute", "2"));

    assertThat(new HostsFileInjectorFactory().parse(section))
        .isEqualTo(
            new HostsFileSettings(
                Path.of("/tmp/hosts"),
                new CloudInitTemplate.At(Path.of("/etc/cloud/templates/hosts.redhat.tmpl")),
                Duration.ZERO,
                2));
    assertThat(template("off")).isEqualTo(new CloudInitTemplate.Off());
    assertThat(template("auto")).isEqualTo(new CloudInitTemplate.Auto());
  }

  @Test
  void pathsThatAreNoneAreToldAllAtOnce() {
    MapSection section =
        new MapSection(Map.of("path", "etc/hosts", "cloud-init-template", "a\u0000b"));

    HostsFileSettings settings = new HostsFileInjectorFactory().parse(section);

    assertThat(settings).isEqualTo(HostsFileSettings.DEFAULTS);
    assertThat(section.problems)
        .containsExactly(
            "path is not an absolute path; start it with a slash, such as /etc/hosts",
            "cloud-init-template is not a path: Nul character not allowed; give a path, or write"
                + " auto or off");
  }

  private static CloudInitTemplate template(String text) {
    return new HostsFileInjectorFactory()
        .parse(new MapSection(Map.of("cloud-init-template", text)))
        .cloudInitTemplate();
  }
}
