package io.sallyport.plugins.injection.hosts;

import static io.sallyport.plugins.injection.hosts.Bench.ICR;
import static io.sallyport.plugins.injection.hosts.Bench.ICR_LINE;
import static io.sallyport.plugins.injection.hosts.Bench.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudInitTest {
  private static final String TEMPLATE =
      """
      ## template:jinja
      {# a comment #}
      127.0.1.1 {{fqdn}} {{hostname}}
      127.0.0.1 localhost
      {% if x %}
      166.9.1.1 icr.io
      {% endif %}
      """;

  @TempDir Path root;
  private Bench bench;

  @BeforeEach
  void prepare() {
    bench = new Bench(root);
  }

  @Test
  void nodeWithoutCloudInitHasNoTemplate() {
    assertThat(found()).isEqualTo(new CloudInit.Template.None());
  }

  @ParameterizedTest
  @CsvSource({
    "manage_etc_hosts: True, true",
    "manage_etc_hosts: true # ours, true",
    "manage_etc_hosts: \"true\", true",
    "manage_etc_hosts: template, true",
    "manage_etc_hosts: localhost, false",
    "manage_etc_hosts: false, false",
    "# manage_etc_hosts: true, false",
    "other: true, false"
  })
  void templateCountsOnlyWhenCloudInitOwnsTheHostsFile(String line, boolean owned)
      throws IOException {
    put("etc/cloud/cloud.cfg", "users: []\n" + line + "\n");
    Path template = put("etc/cloud/templates/hosts.redhat.tmpl", TEMPLATE);

    assertThat(found())
        .isEqualTo(owned ? new CloudInit.Template.At(template) : new CloudInit.Template.None());
  }

  @Test
  void laterConfigurationWins() throws IOException {
    Path template = put("etc/cloud/templates/hosts.redhat.tmpl", TEMPLATE);
    put("etc/cloud/cloud.cfg", "manage_etc_hosts: true\n");
    put("etc/cloud/cloud.cfg.d/10_a.cfg", "manage_etc_hosts: true\n");
    put("etc/cloud/cloud.cfg.d/90_b.cfg", "manage_etc_hosts: false\n");
    assertThat(found()).isEqualTo(new CloudInit.Template.None());

    put("var/lib/cloud/instance/cloud-config.txt", "#cloud-config\nmanage_etc_hosts: True\n");
    assertThat(found()).isEqualTo(new CloudInit.Template.At(template));
  }

  @ParameterizedTest
  @CsvSource({
    "'ID=\"rhel\"\nID_LIKE=\"fedora\"', redhat",
    "'ID=ubuntu\nID_LIKE=debian', debian",
    "'ID=debian', debian",
    "'ID=linuxmint\nID_LIKE=\"ubuntu debian\"', debian",
    "'ID=\"sles\"', suse",
    "'ID=alpine', alpine"
  })
  void templateIsTheDistributionsOwn(String release, String family) throws IOException {
    put("etc/os-release", "NAME=x\n" + release + "\n");
    put("etc/cloud/cloud.cfg", "manage_etc_hosts: true\n");
    for (String name : new String[] {"alpine", "debian", "redhat", "suse"}) {
      put("etc/cloud/templates/hosts." + name + ".tmpl", TEMPLATE);
    }

    assertThat(found())
        .isEqualTo(
            new CloudInit.Template.At(
                root.resolve("etc/cloud/templates/hosts." + family + ".tmpl")));
  }

  @Test
  void templateThatCannotBeToldIsSaid() throws IOException {
    put("etc/cloud/cloud.cfg", "manage_etc_hosts: true\n");
    put("etc/cloud/templates/hosts.debian.tmpl", TEMPLATE);
    put("etc/cloud/templates/hosts.suse.tmpl", TEMPLATE);

    assertThat(found())
        .isEqualTo(
            new CloudInit.Template.Unclear(
                "cloud-init writes the hosts file at each boot, and which of the 2 templates"
                    + " hosts.*.tmpl in "
                    + root.resolve("etc/cloud/templates")
                    + " it takes cannot be told: name it in cloud-init-template"));
  }

  @Test
  void templateIsKeptInStepOutsideOfItsBlocks() throws IOException {
    bench.write(LOCALHOST);
    Path template = put("hosts.tmpl", TEMPLATE);
    try (HostsFileInjector injector =
        bench.injector(bench.hosts, new CloudInitTemplate.At(template), step -> {})) {
      assertThat(injector.preview(Set.of(ICR)))
          .containsExactly(
              "+ 172.20.0.7 icr.io cp.icr.io   (service icr)",
              "+ 172.20.0.7 icr.io cp.icr.io   (service icr) in cloud-init's " + template);

      InjectionReport report = injector.reconcile(Set.of(ICR));

      assertThat(report.changes()).isEqualTo(2);
      assertThat(report.note()).isEmpty();
      assertThat(Bench.text(template)).isEqualTo(TEMPLATE + ICR_LINE + "\n");
      assertThat(bench.text()).isEqualTo(LOCALHOST + ICR_LINE + "\n");

      Files.writeString(template, TEMPLATE);
      bench.look();
      assertThat(bench.drifts)
          .containsExactly(template + " was rewritten in place by another writer");
      injector.reconcile(Set.of(ICR));
      assertThat(Bench.text(template)).isEqualTo(TEMPLATE + ICR_LINE + "\n");

      injector.reconcile(Set.of());
      assertThat(Bench.text(template)).isEqualTo(TEMPLATE);
      assertThat(bench.text()).isEqualTo(LOCALHOST);
    }
  }

  @Test
  void templateThatCannotBeKeptIsToldAndTheNamesArePublishedAllTheSame() {
    bench.write(LOCALHOST);
    Path template = root.resolve("missing.tmpl");

    try (HostsFileInjector injector =
        bench.injector(bench.hosts, new CloudInitTemplate.At(template), step -> {})) {
      InjectionReport report = injector.reconcile(Set.of(ICR));

      assertThat(report.outcomes()).containsEntry(ICR, new Outcome.InPlace());
      assertThat(report.note())
          .isEqualTo(
              "cloud-init's template is not kept in step: "
                  + template
                  + " does not exist; create it whole, or name another file");
    }
  }

  @Test
  void autoLeavesTemplatesAloneForAnotherFileThanTheNodes() throws IOException {
    bench.write(LOCALHOST);
    put("etc/cloud/cloud.cfg", "manage_etc_hosts: true\n");
    Path template = put("etc/cloud/templates/hosts.debian.tmpl", TEMPLATE);

    try (HostsFileInjector injector =
        bench.injector(bench.hosts, new CloudInitTemplate.Auto(), step -> {})) {
      injector.reconcile(Set.of(ICR));
    }

    assertThat(Bench.text(template)).isEqualTo(TEMPLATE);
  }

  private CloudInit.Template found() {
    return new CloudInit(root).hostsTemplate();
  }

  private Path put(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
