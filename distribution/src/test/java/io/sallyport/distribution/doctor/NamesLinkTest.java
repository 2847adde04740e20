package io.sallyport.distribution.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.engine.status.ServiceStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NamesLinkTest {
  private static final String OURS = "172.20.0.7";
  private static final Path HOSTS = Path.of("/etc/hosts");
  private static final HostsLine GOOD =
      new HostsLine(9, OURS, OURS + " icr.io", "sallyport", "sallyport, for icr");
  private static final HostsLine BAD =
      new HostsLine(
          3, "9.9.9.9", "9.9.9.9 icr.io", "cloud-init", "cloud-init, from its template t:7");

  @Test
  void aNameThatAllReadersLeadToUsIsWell() {
    assertThat(judge(List.of(GOOD), "172.20.0.7", "172.20.0.7", "172.20.0.7"))
        .isEqualTo(
            Link.ok(
                Link.NAMES, "leads to 172.20.0.7, by /etc/hosts:9, written by sallyport, for icr"));
    assertThat(judge(List.of(), OURS, OURS, OURS).reason())
        .isEqualTo("leads to 172.20.0.7, by DNS: no line of /etc/hosts has the name");
  }

  @Test
  void whoeverIsLedElsewhereIsNamedWithTheWriter() {
    Link link = judge(List.of(BAD), "9.9.9.9", "9.9.9.9", "9.9.9.9");

    assertThat(link.verdict()).isEqualTo(Verdict.BROKEN);
    assertThat(link.reason())
        .isEqualTo(
            "libc, Go and the JVM are led to 9.9.9.9, not to 172.20.0.7: /etc/hosts:3 says 9.9.9.9,"
                + " written by cloud-init, from its template t:7");
    assertThat(link.remedy())
        .isEqualTo(
            "remove line 3 of /etc/hosts and that of cloud-init's template, or it is back at the"
                + " next boot");
  }

  @Test
  void aSecondLineIsAWarningWhileOursComesFirst() {
    Link link = judge(List.of(GOOD, BAD), "172.20.0.7 9.9.9.9", "9.9.9.9 172.20.0.7", "172.20.0.7");

    assertThat(link.verdict()).isEqualTo(Verdict.WARN);
    assertThat(link.reason())
        .startsWith("leads to 172.20.0.7 first, but not alone: /etc/hosts:3 says 9.9.9.9");
  }

  @Test
  void theFirstAddressCountsForAllButGo() {
    Link link = judge(List.of(GOOD, BAD), "9.9.9.9 172.20.0.7", "9.9.9.9 172.20.0.7", OURS);

    assertThat(link.verdict()).isEqualTo(Verdict.BROKEN);
    assertThat(link.reason()).startsWith("libc is led to 9.9.9.9, not to 172.20.0.7: ");
  }

  @Test
  void anAddressThatComesFromNameServersBesideOursIsToldAsThat() {
    Link link = judge(List.of(GOOD), "172.20.0.7 2001:db8::1", OURS, OURS);

    assertThat(link.verdict()).isEqualTo(Verdict.WARN);
    assertThat(link.reason())
        .isEqualTo(
            "leads to 172.20.0.7, but libc knows 2001:db8::1 as well, of which the hosts file says"
                + " nothing");
  }

  @Test
  void aReaderThatPassesOverTheHostsFileIsSentToNsswitch() {
    Link link = judge(List.of(GOOD), "9.9.9.9", OURS, OURS);

    assertThat(link.reason())
        .isEqualTo("libc is led to 9.9.9.9, not to 172.20.0.7, though /etc/hosts:9 says so");
    assertThat(link.remedy()).startsWith("see whether nsswitch.conf has files before dns");
  }

  @Test
  void whatTheAgentHasNotPublishedIsExplainedByTheAgent() {
    NamesLink link =
        new NamesLink(
            "icr.io",
            OURS,
            HOSTS,
            List.of(),
            List.of(Reading.none("libc", "")),
            Optional.of(
                new ServiceStatus(
                    "icr",
                    "probing",
                    "no endpoint has passed",
                    OURS,
                    true,
                    List.of("icr.io"),
                    false,
                    List.of())),
            false);

    assertThat(link.judge().reason())
        .isEqualTo("libc is led nowhere, not to 172.20.0.7: no line of /etc/hosts has the name");
    assertThat(link.judge().remedy())
        .isEqualTo(
            "the agent has not published the name: the service is probing (no endpoint has"
                + " passed)");
  }

  @Test
  void whatNobodyCouldTellIsNotJudged() {
    NamesLink unknown =
        new NamesLink(
            "icr.io",
            OURS,
            HOSTS,
            List.of(),
            List.of(
                Reading.unknown("libc", "getent is not on this machine"),
                Reading.none("first-line", ""),
                Reading.found("dns 10.0.0.53", List.of("9.9.9.9"), "")),
            Optional.empty(),
            false);
    NamesLink containerd =
        new NamesLink(
            "icr.io",
            OURS,
            HOSTS,
            List.of(),
            List.of(Reading.none("libc", "")),
            Optional.empty(),
            true);

    assertThat(unknown.judge()).isEqualTo(Link.skipped(Link.NAMES, "no reader could be asked"));
    assertThat(containerd.judge().verdict()).isEqualTo(Verdict.SKIPPED);
  }

  private static Link judge(List<HostsLine> lines, String libc, String go, String jvm) {
    return new NamesLink(
            "icr.io",
            OURS,
            HOSTS,
            lines,
            List.of(
                Reading.found("libc", HostsFile.words(libc), ""),
                Reading.found("go", HostsFile.words(go), ""),
                Reading.found("jvm", HostsFile.words(jvm), "")),
            Optional.empty(),
            false)
        .judge();
  }
}
