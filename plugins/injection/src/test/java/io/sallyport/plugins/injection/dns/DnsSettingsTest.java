package io.sallyport.plugins.injection.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.plugins.injection.hosts.MapSection;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DnsSettingsTest {
  @Test
  void nothingSaidMeansTheDefaults() {
    MapSection section = new MapSection(Map.of());
    assertThat(DnsSettings.parse(section)).isEqualTo(DnsSettings.DEFAULTS);
    assertThat(section.problems).isEmpty();
  }

  @Test
  void everyWrongValueIsToldWithWhatWouldBeRight() {
    MapSection section =
        new MapSection(
            Map.of(
                "address", "0.0.0.0",
                "upstreams", "dns.example:53",
                "resolv-conf", "resolv.conf",
                "clients", "10.0.0.0/40"));
    assertThat(DnsSettings.parse(section)).isEqualTo(DnsSettings.DEFAULTS);
    assertThat(section.problems)
        .containsExactly(
            "address is not an address that a responder can have; write one of the node's own, such"
                + " as 127.0.0.153, which every node has",
            "upstreams holds \"dns.example:53\", which is no name server's address; write an"
                + " address such as 10.0.0.10, 10.0.0.10:53 or [fd00::10]:53",
            "resolv-conf is not an absolute path; start it with a slash, such as"
                + " /run/systemd/resolve/resolv.conf",
            "clients holds \"10.0.0.0/40\", which is no range of addresses; write one such as"
                + " 10.128.0.0/14 or fd00::/8");
  }

  @Test
  void aResponderThatWouldAskItselfIsTold() {
    MapSection section = new MapSection(Map.of("upstreams", "127.0.0.153"));
    DnsSettings.parse(section);
    assertThat(section.problems)
        .containsExactly(
            "upstreams holds the responder's own address, which would make questions go round in"
                + " circles; name the servers that it should ask");
  }

  @Test
  void serversAreReadInEveryForm() {
    assertThat(ServerAddresses.parse("10.0.0.10")).contains(new InetSocketAddress("10.0.0.10", 53));
    assertThat(ServerAddresses.parse("10.0.0.10:5353"))
        .contains(new InetSocketAddress("10.0.0.10", 5353));
    assertThat(ServerAddresses.parse("fd00::10")).contains(new InetSocketAddress("fd00::10", 53));
    assertThat(ServerAddresses.parse("[fd00::10]:5353"))
        .contains(new InetSocketAddress("fd00::10", 5353));
    for (String wrong : new String[] {"", "10.0.0.10:0", "10.0.0.10:65536", "0.0.0.0", "ff02::1"}) {
      assertThat(ServerAddresses.parse(wrong)).as(wrong).isEmpty();
    }
    assertThat(DnsSettings.DEFAULTS.resolvConf()).isEqualTo(Path.of("/etc/resolv.conf"));
  }
}
