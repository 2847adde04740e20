package io.sallyport.distribution.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sallyport.distribution.doctor.Reading.Outcome;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  private static final Duration TALK = Duration.ofSeconds(2);
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(20), TALK, 24);

  @TempDir private Path etc;

  @Test
  void aDozenNamesOfServersThatSayNothingTakeTheTimeOfOne() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      List<NamedService> services = new ArrayList<>();
      List<String> names = new ArrayList<>();
      StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");
      for (int i = 0; i < 12; i++) {
        String name = "n" + i + ".example";
        names.add(name);
        hosts.append("127.0.0.1 ").append(name).append('\n');
        services.add(
            new NamedService(
                "s" + i,
                InetAddress.getLoopbackAddress(),
                List.of(name),
                List.of(new NamedService.Port(silent.getLocalPort(), false, true))));
      }
      Files.writeString(etc.resolve("other-hosts"), hosts);

      Instant start = Instant.now();
      DoctorReport report = examine(services, names);

      assertThat(Duration.between(start, Instant.now())).isLessThan(TALK.multipliedBy(6));
      assertThat(report.names()).extracting(NameFindings::name).containsExactlyElementsOf(names);
      assertThat(report.chains()).isEqualTo(12);
      assertThat(report.broken()).isEqualTo(12);
      assertThat(report.names().getLast().chains().getFirst().links())
          .extracting(Link::link, Link::verdict)
          .containsExactly(
              tuple(Link.NAMES, Verdict.OK),
              tuple(Link.ADDRESS, Verdict.OK),
              tuple(Link.LISTENER, Verdict.WARN),
              tuple(Link.ENDPOINTS, Verdict.SKIPPED),
              tuple(Link.TLS, Verdict.BROKEN),
              tuple(Link.REGISTRY, Verdict.SKIPPED));
    }
  }

  @Test
  void anotherHostsFileIsJudgedByTheReadersThatCanReadIt() throws Exception {
    Files.writeString(etc.resolve("other-hosts"), "127.0.0.1 localhost\n10.9.9.9 A.example\n");
    Files.writeString(etc.resolve("nsswitch.conf"), "# hosts: dns\nhosts: files # all\n");
    NamedService service =
        new NamedService(
            "a",
            InetAddress.getLoopbackAddress(),
            List.of("a.example", "b.example"),
            List.of(new NamedService.Port(1, false, false)));

    NameFindings found = examine(List.of(service), List.of("a.example")).names().getFirst();

    assertThat(found.readings())
        .extracting(Reading::reader, Reading::outcome, Reading::addresses)
        .containsExactly(
            tuple("libc", Outcome.UNKNOWN, List.of()),
            tuple("first-line", Outcome.FOUND, List.of("10.9.9.9")),
            tuple("go", Outcome.FOUND, List.of("10.9.9.9")),
            tuple("jvm", Outcome.UNKNOWN, List.of()));
    assertThat(found.readings().getFirst().note())
        .isEqualTo("reads /etc/hosts, not " + etc.resolve("other-hosts"));
    assertThat(found.chains().getFirst().links().getFirst().reason())
        .isEqualTo(
            "who takes the first line and Go are led to 10.9.9.9, not to 127.0.0.1: "
                + etc.resolve("other-hosts")
                + ":2 says 10.9.9.9, written by nobody known");
  }

  private DoctorReport examine(List<NamedService> services, List<String> names) {
    try (Doctor doctor =
        new Doctor(
            new NodeFiles(etc.resolve("other-hosts"), etc),
            new NodeTrust(Set.of()),
            Agent.none("none"),
            LIMITS,
            InstantSource.system(),
            new Random(1))) {
      return doctor.examine("a test", services, names);
    }
  }
}
