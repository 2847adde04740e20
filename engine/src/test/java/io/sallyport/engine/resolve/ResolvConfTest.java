package io.sallyport.engine.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolvConfTest {
  @TempDir Path directory;

  private ResolvConf read(String text) throws IOException {
    Path file = directory.resolve("resolv.conf");
    Files.writeString(file, text);
    return ResolvConf.of(file);
  }

  private static List<InetSocketAddress> servers(String... addresses) {
    return List.of(addresses).stream()
        .map(text -> new InetSocketAddress(Addresses.literal(text).orElseThrow(), 53))
        .toList();
  }

  @Test
  void serversKeepTheirOrderAndTheLastSearchListHolds() throws IOException {
    assertThat(
            read(
                """
                ; a comment
                domain old.example
                # another
                nameserver 10.0.0.10
                nameserver\tfd00::10
                search a.example b.example
                options rotate ndots:2 timeout:1
                """))
        .isEqualTo(
            new ResolvConf(servers("10.0.0.10", "fd00::10"), List.of("a.example", "b.example"), 2));
  }

  @Test
  void whatCannotBeUnderstoodIsPassedOver() throws IOException {
    assertThat(
            read(
                """
                nameserver
                nameserver dns.example
                options ndots:many
                options ndots:99
                nameserver 10.0.0.10 10.0.0.11
                """))
        .isEqualTo(new ResolvConf(servers("10.0.0.10"), List.of(), 15));
  }

  @Test
  void withoutServersOrWithoutAFileTheNodeItselfIsAsked() throws IOException {
    assertThat(read("").servers()).isEqualTo(servers("127.0.0.1"));
    assertThat(ResolvConf.of(directory.resolve("none")).servers()).isEqualTo(servers("127.0.0.1"));
  }
}
