package io.sallyport.distribution.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritersTest {
  private static final String OURS =
      "127.20.77.7 hello.example plain.example # sallyport: hello fa0b63fe";

  @TempDir private Path folder;

  @Test
  void aLineOfOursIsKnownByItsMarkAndChecksum() {
    assertThat(writer(OURS, "plain.example")).isEqualTo("sallyport: sallyport, for hello");
    assertThat(writer(OURS.replace(" plain", "\t plain") + "\r", "plain.example"))
        .isEqualTo("sallyport: sallyport, for hello");
  }

  @Test
  void aLineOfOursThatSomebodyHasChangedIsTheirs() {
    assertThat(writer(OURS.replace("127.20.77.7", "10.0.0.1"), "hello.example"))
        .isEqualTo("unknown: somebody who has changed a line of sallyport");
    assertThat(writer("10.0.0.1 a.example # sallyport:", "a.example"))
        .isEqualTo("unknown: somebody who has changed a line of sallyport");
    assertThat(writer("10.0.0.1 a.example # sallyport-resolved: a 00000000", "a.example"))
        .isEqualTo(
            "unknown: somebody who has changed a line of sallyport's host injector resolved-name");
  }

  @Test
  void theNodeResolverIsKnownByItsMark() {
    assertThat(
            writer(
                "172.21.75.245\timage-registry.svc # openshift-generated-node-resolver",
                "image-registry.svc"))
        .isEqualTo("node-resolver: OpenShift's node resolver, by the line's mark");
  }

  @Test
  void cloudInitIsKnownByItsTemplate() throws Exception {
    Path template =
        Files.writeString(
            folder.resolve("hosts.redhat.tmpl"),
            "## template:jinja\n127.0.1.1 {{fqdn}} {{hostname}}\n9.9.9.9 icr.io cp.icr.io\n");
    String head = "# Your system has configured 'manage_etc_hosts' as True.\n";
    HostsFile file = HostsFileTest.of(head + "9.9.9.9  CP.icr.io\n8.8.8.8 icr.io\n");
    Writers writers = new Writers(file, List.of(template));

    assertThat(writers.naming("cp.icr.io").getFirst().evidence())
        .isEqualTo("cloud-init, from its template " + template + ":3");
    assertThat(writers.naming("icr.io").getFirst().evidence())
        .isEqualTo("nobody known; cloud-init, who owns the file, has no such line in its template");
    assertThat(Writer.of(writers.naming("cp.icr.io").getFirst()).remedy(Path.of("/etc/hosts"), 2))
        .isEqualTo(
            "remove line 2 of /etc/hosts and that of cloud-init's template, or it is back at the"
                + " next boot");
  }

  @Test
  void kubeletIsKnownByTheHeadOfTheFile() {
    String head = "# Kubernetes-managed hosts file.\n10.0.0.1 pod\n";
    assertThat(writer(head + "10.0.0.2 icr.io", "icr.io"))
        .isEqualTo("kubelet: kubelet, which made this file for a pod when it created it");
    assertThat(writer(head + "# Entries added by HostAliases.\n10.0.0.2 icr.io", "icr.io"))
        .isEqualTo("kubelet: kubelet, from the pod's hostAliases");
  }

  @Test
  void whatNobodyKnownWroteIsToldWithItsComment() {
    assertThat(writer("10.0.0.2 icr.io # ticket 4711", "icr.io"))
        .isEqualTo("unknown: nobody known; its comment says \"ticket 4711\"");
    assertThat(writer("# Added by a VPN\n10.0.0.2 icr.io", "icr.io"))
        .isEqualTo("unknown: nobody known; above it stands \"# Added by a VPN\"");
    assertThat(writer("10.0.0.2 icr.io", "icr.io")).isEqualTo("unknown: nobody known");
  }

  private static String writer(String text, String name) {
    HostsLine line = new Writers(HostsFileTest.of(text + "\n"), List.of()).naming(name).getFirst();
    return line.writer() + ": " + line.evidence();
  }
}
