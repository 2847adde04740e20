package io.sallyport.plugins.injection.rendered;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import io.sallyport.plugins.injection.hosts.MapSection;
import io.sallyport.plugins.injection.rendered.ContainerdSettings.Host;
import io.sallyport.plugins.injection.rendered.ContainerdSettings.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerdFormatTest {
  @TempDir Path directory;
  private RenderedBench bench;
  private Path certs;

  @BeforeEach
  void open() throws IOException {
    bench = new RenderedBench(directory);
    certs = Files.createDirectories(directory.resolve("certs.d"));
  }

  @Test
  void eachNameGetsADirectoryAndLosesItWhenWithdrawn() throws Exception {
    RenderedInjector injector = injector(List.of(), Host.NAME);
    injector.reconcile(Set.of(RenderedBench.ICR));
    assertThat(body("icr.io"))
        .containsExactly(
            "server = \"https://icr.io\"",
            "[host.\"https://icr.io\"]",
            "  capabilities = [\"pull\", \"resolve\", \"push\"]");
    assertThat(body("cp.icr.io")).first().isEqualTo("server = \"https://cp.icr.io\"");
    injector.reconcile(Set.of(RenderedBench.SIX));
    assertThat(certs).isDirectoryNotContaining("glob:**icr.io");
    // A new agent finds them too.
    injector(List.of(), Host.NAME).reconcile(Set.of());
    assertThat(certs).isEmptyDirectory();
  }

  @Test
  void onlyNamedRegistriesAreWrittenWithTheirPortsAndAddresses() throws Exception {
    RenderedInjector injector =
        injector(List.of("icr.io", "icr.io:4443", "other.example"), Host.ADDRESS);
    injector.reconcile(Set.of(RenderedBench.ICR, RenderedBench.SIX));
    assertThat(body("icr.io")).first().isEqualTo("server = \"https://172.20.0.7\"");
    assertThat(body("icr.io:4443")).first().isEqualTo("server = \"https://172.20.0.7:4443\"");
    assertThat(certs.toFile().list()).hasSize(2);
    injector(List.of("six.example"), Host.ADDRESS).reconcile(Set.of(RenderedBench.SIX));
    assertThat(body("six.example")).first().isEqualTo("server = \"https://[fd00::7]\"");
    assertThat(certs.toFile().list()).hasSize(1);
  }

  @Test
  void whatOthersPutThereStays() throws Exception {
    Path foreign = Files.createDirectories(certs.resolve("icr.io")).resolve("hosts.toml");
    Files.writeString(foreign, "server = \"https://mirror\"\n");
    Path other = Files.createDirectories(certs.resolve("docker.io")).resolve("hosts.toml");
    Files.writeString(other, "server = \"https://mirror\"\n");
    Path beside = Files.createDirectories(certs.resolve("cp.icr.io")).resolve("client.cert");
    Files.writeString(beside, "certificate");
    RenderedInjector injector = injector(List.of(), Host.NAME);
    InjectionReport report = injector.reconcile(Set.of(RenderedBench.ICR, RenderedBench.SIX));
    assertThat(report.outcomes())
        .containsEntry(RenderedBench.SIX, new Outcome.InPlace())
        .containsEntry(
            RenderedBench.ICR,
            new Outcome.Refused(
                foreign + " is not ours: it does not start with our mark",
                "move it away, or set another path; it stays as it is until then"));
    assertThat(body("cp.icr.io")).hasSize(3);
    injector.reconcile(Set.of());
    assertThat(foreign).hasContent("server = \"https://mirror\"\n");
    assertThat(other).hasContent("server = \"https://mirror\"\n");
    assertThat(beside).hasContent("certificate");
    assertThat(certs.resolve("cp.icr.io/hosts.toml")).doesNotExist();
  }

  @Test
  void authorityAndVerificationAreWritten() {
    ContainerdSettings settings =
        new ContainerdSettings(
            bench.settings(certs),
            List.of(),
            Host.NAME,
            Optional.of(Path.of("/etc/a \"b\"\\c.pem")),
            true);
    assertThat(
            new ContainerdFormat(settings)
                .pages(Set.of(RenderedBench.SIX))
                .get(certs.resolve("six.example/hosts.toml"))
                .lines())
        .containsExactly(
            "server = \"https://six.example\"",
            "ca = \"/etc/a \\\"b\\\"\\\\c.pem\"",
            "skip_verify = true",
            "[host.\"https://six.example\"]",
            "  capabilities = [\"pull\", \"resolve\", \"push\"]",
            "  ca = \"/etc/a \\\"b\\\"\\\\c.pem\"",
            "  skip_verify = true");
  }

  @Test
  void settingsThatMakeNoSenseAreTold() {
    MapSection section =
        new MapSection(Map.of("directory", "certs.d", "registries", "icr.io/x", "reload", "a b"));
    ContainerdSettings settings = ContainerdSettings.parse(section);
    assertThat(section.problems)
        .containsExactly(
            "registries holds \"icr.io/x\", which is no registry; write it as image references do:"
                + " icr.io or icr.io:4443",
            "directory is not an absolute path; start it with a slash, such as"
                + " /etc/containerd/certs.d",
            "reload is one text, and no shell takes it apart; write a list of the program and its"
                + " arguments, such as [\"systemctl\", \"reload\", \"…\"], or off");
    assertThat(settings.file().path()).isEqualTo(Path.of("/etc/containerd/certs.d"));
    assertThat(Registry.parse("icr.io:0")).isEmpty();
    assertThat(Registry.parse("icr.io:65536")).isEmpty();
    assertThat(Registry.parse("ICR.io:443").orElseThrow().text()).isEqualTo("icr.io");
  }

  private RenderedInjector injector(List<String> registries, Host host) {
    ContainerdSettings settings =
        new ContainerdSettings(
            bench.settings(certs),
            registries.stream().map(text -> Registry.parse(text).orElseThrow()).toList(),
            host,
            Optional.empty(),
            false);
    return bench.injector(new ContainerdFormat(settings), settings.file());
  }

  private List<String> body(String registry) throws IOException {
    return RenderedBench.body(certs.resolve(registry).resolve("hosts.toml"));
  }
}
