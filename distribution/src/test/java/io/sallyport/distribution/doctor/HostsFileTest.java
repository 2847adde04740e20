package io.sallyport.distribution.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Addresses;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HostsFileTest {
  @Test
  void everyVariantOfALineIsReadAsReadersDo() {
    HostsFile file =
        of(
            String.join(
                "\r\n",
                "# a comment with 9.9.9.9 icr.io",
                "127.0.0.1\tlocalhost",
                "",
                "  172.20.0.7   ICR.io cp.icr.io# mine",
                "fd00::7 icr.io.",
                """
                fe80::1%eth0 icr.io
                010.0.0.1 icr.io
                not-an-address icr.io
                10.0.0.1 xicr.io
                10.0.0.2 #icr.io
                10.0.0.3 other icr.io\
                """));

    assertThat(file.naming("Icr.IO"))
        .extracting(entry -> entry.line() + " " + Addresses.text(entry.address()))
        .containsExactly("4 172.20.0.7", "5 fd00::7", "6 fe80::1", "11 10.0.0.3");
    assertThat(file.naming("icr.io").getFirst().comment()).isEqualTo("mine");
    assertThat(file.naming("icr.io").getFirst().names()).containsExactly("icr.io", "cp.icr.io");
    assertThat(file.lines()).hasSize(11);
    assertThat(file.lines().get(1)).isEqualTo("127.0.0.1\tlocalhost");
  }

  @Test
  void anEmptyFileHasNoLines() {
    assertThat(of("").lines()).isEmpty();
    assertThat(of("\n").lines()).containsExactly("");
    assertThat(of("").naming("icr.io")).isEmpty();
  }

  @Property(tries = 500)
  void anyBytesAreReadWithoutAFault(@ForAll @Size(max = 400) byte[] bytes) {
    HostsFile file = HostsFile.of(bytes);
    assertThat(file.entries())
        .allSatisfy(entry -> {
          assertThat(entry.line()).isBetween(1, file.lines().size());
          assertThat(file.lines().get(entry.line() - 1)).isEqualTo(entry.text());
          assertThat(file.naming(entry.names().getFirst())).contains(entry);
        });
    assertThat(new Writers(file, List.of()).naming("icr.io")).hasSameSizeAs(file.naming("icr.io"));
  }

  static HostsFile of(String text) {
    return HostsFile.of(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
