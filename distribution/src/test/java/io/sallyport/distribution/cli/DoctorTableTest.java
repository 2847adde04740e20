package io.sallyport.distribution.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.distribution.doctor.Chain;
import io.sallyport.distribution.doctor.DoctorReport;
import io.sallyport.distribution.doctor.FurtherHost;
import io.sallyport.distribution.doctor.HostsLine;
import io.sallyport.distribution.doctor.Link;
import io.sallyport.distribution.doctor.NameFindings;
import io.sallyport.distribution.doctor.Reading;
import io.sallyport.distribution.doctor.Reading.Outcome;
import io.sallyport.distribution.doctor.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorTableTest {
  private static final Paint PLAIN = new Paint(false);

  @Test
  void allChainsStandAtAGlanceAndTroublesBelow() {
    assertThat(DoctorTable.of(report(), false, PLAIN))
        .isEqualTo(
            """
            names of what the agent serves
            agent: sallyport 0.1.0, process 4711, revision 1.4

            NAME        PORT  NAMES   ADDRESS  LISTENER  ENDPOINTS  TLS     REGISTRY
            icr.io       443  BROKEN  ok       ok        WARN       ok      -
            cp.icr.io    443  ok      ok       ok        WARN       ok      -

            icr.io  service icr, 172.20.0.7
              line 3         9.9.9.9 icr.io
                             written by nobody known
              libc           9.9.9.9
              dns 10.0.0.53  not known: answers REFUSED
              BROKEN  names: led astray
                      → mend it
              WARN    endpoints: 2 of 3 up
                      → mend it

            hosts that the catalog lacks
              auth.example:443  token realm of icr.io:443; its name does not resolve here

            1 of 2 chains is broken
            """);
  }

  @Test
  void whatIsWellIsShownToWhoAsksForAName() {
    assertThat(DoctorTable.of(report(), true, PLAIN))
        .contains("  ok      tls: good\n", "  -       registry: none\n");
  }

  @Test
  void coloursTellVerdictsAndLeaveTheColumnsAlone() {
    String coloured = DoctorTable.of(report(), true, new Paint(true));

    assertThat(coloured).contains("\u001b[31mBROKEN\u001b[0m", "\u001b[33mWARN\u001b[0m");
    assertThat(coloured.replaceAll("\u001b\\[\\d+m", ""))
        .isEqualTo(DoctorTable.of(report(), true, PLAIN));
  }

  @Test
  void whatOthersWroteDoesNotReachTheTerminal() {
    Link evil = new Link(Link.NAMES, Verdict.BROKEN, "a\u001b[2Jb", "c\u009b2Jd");
    DoctorReport report =
        new DoctorReport("x", "y", "z", List.of(name("icr.io", evil)), List.of(), 1, 1);

    assertThat(DoctorTable.of(report, false, PLAIN)).contains("names: a?[2Jb", "→ c?2Jd");
  }

  private static DoctorReport report() {
    return new DoctorReport(
        "what the agent serves",
        "sallyport 0.1.0, process 4711, revision 1.4",
        "/etc/hosts",
        List.of(
            name("icr.io", new Link(Link.NAMES, Verdict.BROKEN, "led astray", "mend it")),
            name("cp.icr.io", new Link(Link.NAMES, Verdict.OK, "leads to us", ""))),
        List.of(
            new FurtherHost(
                "auth.example",
                443,
                "token realm",
                "icr.io:443",
                "its name does not resolve here")),
        2,
        1);
  }

  private static NameFindings name(String name, Link names) {
    return new NameFindings(
        name,
        "icr",
        "172.20.0.7",
        List.of(new HostsLine(3, "9.9.9.9", "9.9.9.9 icr.io", "unknown", "nobody known")),
        List.of(
            new Reading("libc", Outcome.FOUND, List.of("9.9.9.9"), ""),
            new Reading("dns 10.0.0.53", Outcome.UNKNOWN, List.of(), "answers REFUSED")),
        List.of(
            new Chain(
                443,
                List.of(
                    names,
                    new Link(Link.ADDRESS, Verdict.OK, "on lo", ""),
                    new Link(Link.LISTENER, Verdict.OK, "accepts", ""),
                    new Link(Link.ENDPOINTS, Verdict.WARN, "2 of 3 up", "mend it"),
                    new Link(Link.TLS, Verdict.OK, "good", ""),
                    new Link(Link.REGISTRY, Verdict.SKIPPED, "none", "")))));
  }
}
