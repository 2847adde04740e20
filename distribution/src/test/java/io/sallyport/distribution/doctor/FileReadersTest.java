package io.sallyport.distribution.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileReadersTest {
  private static final Reading DNS = Reading.found("dns 10.0.0.53", List.of("9.9.9.9"), "");

  @ParameterizedTest
  @CsvSource({
    "'', files dns",
    "files dns, files dns",
    "dns files, dns files",
    "files, files",
    "dns, dns",
    "files mdns4_minimal [NOTFOUND=return] dns myhostname, files dns",
    "mymachines resolve [!UNAVAIL=return] files dns, files dns",
    "dns [!UNAVAIL=return] resolve files, files dns"
  })
  void goHeedsTheOrderOfNsswitchWhereItCan(String nsswitch, String order) {
    assertThat(FileReaders.goOrder(HostsFile.words(nsswitch)))
        .containsExactlyElementsOf(HostsFile.words(order));
  }

  @Test
  void goTakesTheAddressesOfAllLines() {
    List<HostsFile.Entry> named =
        HostsFileTest.of("10.0.0.1 ICR.io\nfd00::7 icr.io\n10.0.0.1 icr.io\n172.20.0.7 icr.io\n")
            .naming("icr.io");

    assertThat(FileReaders.go(List.of("files", "dns"), named, List.of(DNS)).addresses())
        .containsExactly("10.0.0.1", "fd00::7", "172.20.0.7");
    assertThat(FileReaders.firstLine(named).addresses()).containsExactly("10.0.0.1");
  }

  @Test
  void readersOfTheFirstLineWantAnIpv4AddressBeforeOthers() {
    List<HostsFile.Entry> named =
        HostsFileTest.of("fd00::7 icr.io\n10.0.0.1 icr.io\n").naming("icr.io");

    assertThat(FileReaders.firstLine(named))
        .isEqualTo(Reading.found("first-line", List.of("10.0.0.1"), "line 2"));
    assertThat(FileReaders.firstLine(List.of()))
        .isEqualTo(Reading.none("first-line", "no line has the name"));
  }

  @Test
  void goAsksNameServersInTheirOrderAndSaysWhatKeepsItFromTheFile() {
    Reading silent = Reading.unknown("dns 10.0.0.1", "no answer within 2000 ms");
    List<HostsFile.Entry> named = HostsFileTest.of("172.20.0.7 icr.io\n").naming("icr.io");

    assertThat(FileReaders.go(List.of("files", "dns"), List.of(), List.of(silent, DNS)).addresses())
        .containsExactly("9.9.9.9");
    assertThat(FileReaders.go(List.of("dns", "files"), named, List.of(silent)).addresses())
        .containsExactly("172.20.0.7");
    assertThat(FileReaders.go(List.of("dns"), named, List.of(DNS)).note())
        .isEqualTo("nsswitch.conf keeps it from the hosts file");
    assertThat(FileReaders.go(List.of("files", "dns"), List.of(), List.of(silent)).note())
        .isEqualTo("and no name server answers");
  }
}
