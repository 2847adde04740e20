package io.sallyport.plugins.injection.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes of every request, written out by hand from the formats in rtnetlink(7). */
class RequestsTest {
  private final Requests little = new Requests(ByteOrder.LITTLE_ENDIAN);
  private final Requests big = new Requests(ByteOrder.BIG_ENDIAN);

  @Test
  void addsAnIpv4AddressOnlyWhereItIsMissing() {
    assertBytes(
        little.addAddress(InetAddress.ofLiteral("172.20.0.7"), 1),
        "38000000 1400 0506 00000000 00000000" // 56 bytes, NEWADDR, REQUEST|ACK|EXCL|CREATE
            + "02 20 00 fe 01000000" // AF_INET, /32, scope host, link 1
            + "0800 0200 ac140007" // IFA_LOCAL
            + "0800 0100 ac140007" // IFA_ADDRESS
            + "0800 0800 02000000" // IFA_FLAGS: nodad
            + "0500 0b00 53 000000"); // IFA_PROTO with its padding
  }

  @Test
  void addsAnIpv6AddressWithoutDuplicateAddressDetection() {
    assertBytes(
        little.addAddress(InetAddress.ofLiteral("fd00::7"), 258),
        "50000000 1400 0506 00000000 00000000"
            + "0a 80 00 fe 02010000"
            + "1400 0200 fd000000000000000000000000000007"
            + "1400 0100 fd000000000000000000000000000007"
            + "0800 0800 02000000"
            + "0500 0b00 53 000000");
  }

  @Test
  void followsTheByteOrderOfTheMachine() {
    assertBytes(
        big.addAddress(InetAddress.ofLiteral("172.20.0.7"), 258),
        "00000038 0014 0605 00000000 00000000"
            + "02 20 00 fe 00000102"
            + "0008 0002 ac140007"
            + "0008 0001 ac140007"
            + "0008 0008 00000002"
            + "0005 000b 53 000000");
  }

  @Test
  void removesOneAddress() {
    assertBytes(
        little.removeAddress(InetAddress.ofLiteral("172.20.0.7"), 3),
        "28000000 1500 0500 00000000 00000000"
            + "02 20 00 fe 03000000"
            + "0800 0200 ac140007"
            + "0800 0100 ac140007");
  }

  @Test
  void asksForAllAddressesWithoutAnAcknowledgement() {
    assertBytes(
        little.dumpAddresses(), "18000000 1600 0103 00000000 00000000" + "00 00 00 00 00000000");
  }

  @Test
  void asksForALinkByNameAndByIndexWithoutItsStatistics() {
    assertBytes(
        little.linkNamed("lo"),
        "30000000 1200 0500 00000000 00000000"
            + "00 00 0000 00000000 00000000 00000000"
            + "0700 0300 6c6f00 00" // IFLA_IFNAME "lo"
            + "0800 1d00 08000000"); // IFLA_EXT_MASK
    assertBytes(
        little.linkAt(7),
        "28000000 1200 0500 00000000 00000000"
            + "00 00 0000 07000000 00000000 00000000"
            + "0800 1d00 08000000");
  }

  @Test
  void makesADummyLinkThatIsUp() {
    assertBytes(
        little.createLink("sp0", "dummy", HexFormat.of().parseHex("025300000001")),
        "44000000 1000 0506 00000000 00000000"
            + "00 00 0000 00000000 01000000 01000000"
            + "0800 0300 73703000" // IFLA_IFNAME "sp0"
            + "0a00 0100 025300000001 0000" // IFLA_ADDRESS with its padding
            + "1000 1200" // IFLA_LINKINFO, padding of its content included
            + "0900 0100 64756d6d79 000000"); // IFLA_INFO_KIND "dummy"
  }

  @Test
  void bringsUpAndRemovesALink() {
    assertBytes(
        little.bringUp(7),
        "20000000 1000 0500 00000000 00000000" + "00 00 0000 07000000 01000000 01000000");
    assertBytes(
        little.removeLink(7),
        "20000000 1100 0500 00000000 00000000" + "00 00 0000 07000000 00000000 00000000");
  }

  @Test
  void numbersAMessage() {
    byte[] message = little.removeLink(7);
    little.number(message, 0x01020304);
    assertThat(HexFormat.of().formatHex(message, 8, 12)).isEqualTo("04030201");
    byte[] other = big.removeLink(7);
    big.number(other, 0x01020304);
    assertThat(HexFormat.of().formatHex(other, 8, 12)).isEqualTo("01020304");
  }

  private static void assertBytes(byte[] message, String hex) {
    assertThat(HexFormat.of().formatHex(message)).isEqualTo(hex.replace(" ", ""));
    assertThat(message.length % 4).as("alignment").isZero();
  }
}
