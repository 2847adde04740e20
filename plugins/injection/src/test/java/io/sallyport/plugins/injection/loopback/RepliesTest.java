package io.sallyport.plugins.injection.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.plugins.injection.loopback.Reply.AddressTold;
import io.sallyport.plugins.injection.loopback.Reply.Ended;
import io.sallyport.plugins.injection.loopback.Reply.LinkTold;
import io.sallyport.plugins.injection.loopback.Reply.Other;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages of the kernel, written out by hand from the formats in rtnetlink(7). */
class RepliesTest {
  private static final String LO_ADDRESS =
      "28000000 1400 0200 09000000 00000000"
          + "02 08 80 fe 01000000"
          + "0800 0100 7f000001"
          + "0800 0200 7f000001";

  @Test
  void readsAnAddressWithItsMarkInAnyByteOrder() {
    LinkAddress expected = new LinkAddress(258, InetAddress.ofLiteral("172.20.0.7"), 32, 'S');
    assertThat(
            little(
                "30000000 1400 0200 09000000 00000000"
                    + "02 20 80 fe 02010000"
                    + "0800 0100 ac140007"
                    + "0800 0200 ac140007"
                    + "0500 0b00 53 000000"))
        .containsExactly(new AddressTold(9, false, false, expected));
    assertThat(
            new Replies(ByteOrder.BIG_ENDIAN)
                .read(
                    bytes(
                        "00000030 0014 0002 00000009 00000000"
                            + "02 20 80 fe 00000102"
                            + "0008 0001 ac140007"
                            + "0008 0002 ac140007"
                            + "0005 000b 53 000000")))
        .containsExactly(new AddressTold(9, false, false, expected));
  }

  @Test
  void theNodesOwnAddressIsTheLocalOneNotThePeers() {
    assertThat(
            little(
                "28000000 1400 0200 01000000 00000000"
                    + "02 20 80 00 05000000"
                    + "0800 0100 0a000002"
                    + "0800 0200 0a000001"))
        .containsExactly(
            new AddressTold(
                1, false, false, new LinkAddress(5, InetAddress.ofLiteral("10.0.0.1"), 32, 0)));
  }

  @Test
  void anIpv6AddressHasNoLocalAttributeAndMayHaveGone() {
    assertThat(
            little(
                "2c000000 1500 0000 00000000 00000000"
                    + "0a 80 80 00 01000000"
                    + "1400 0100 fd000000000000000000000000000007"))
        .containsExactly(
            new AddressTold(
                0, true, false, new LinkAddress(1, InetAddress.ofLiteral("fd00::7"), 128, 0)));
  }

  @Test
  void readsALinkWithItsKindAndHardwareAddress() {
    assertThat(
            little(
                "44000000 1000 0000 03000000 00000000"
                    + "00 00 0100 07000000 c3000000 00000000"
                    + "0800 0300 73703000"
                    + "0a00 0100 025300000001 0000"
                    // The upper bits of a type tell of nesting.
                    + "0d00 1280 0900 0100 64756d6d79 000000"))
        .containsExactly(
            new LinkTold(3, false, new Link(7, "sp0", true, false, "dummy", "02:53:00:00:00:01")));
  }

  @Test
  void tellsLoAndThatItIsDown() {
    assertThat(
            little(
                "28000000 1100 0000 00000000 00000000"
                    + "00 00 0403 01000000 08000000 00000000"
                    + "0700 0300 6c6f00 00"))
        .containsExactly(new LinkTold(0, true, new Link(1, "lo", false, true, "", "")));
  }

  @Test
  void readsAllMessagesOfADatagramAndTheEndOfTheDump() {
    assertThat(little(LO_ADDRESS + LO_ADDRESS + "14000000 0300 1200 09000000 00000000 00000000"))
        .hasSize(3)
        .last()
        .isEqualTo(new Ended(9, true, 0, ""));
  }

  @Test
  void readsAnAcknowledgement() {
    assertThat(
            little(
                "24000000 0200 0001 05000000 00000000"
                    + "00000000"
                    + "38000000 1400 0506 05000000 00000000"))
        .containsExactly(new Ended(5, false, 0, ""));
  }

  @Test
  void readsARefusalWithTheKernelsWordsCappedOrNot() {
    String words = "0c00 0100 746f6f2062616400";
    assertThat(
            little(
                "30000000 0200 0003 05000000 00000000"
                    + "f3ffffff"
                    + "38000000 1400 0506 05000000 00000000"
                    + words))
        .containsExactly(new Ended(5, false, 13, "too bad"));
    assertThat(
            little(
                "38000000 0200 0002 05000000 00000000"
                    + "f3ffffff"
                    + "18000000 1600 0506 05000000 00000000 0000000000000000"
                    + words))
        .containsExactly(new Ended(5, false, 13, "too bad"));
  }

  @Test
  void passesOverWhatItDoesNotKnow() {
    assertThat(little("14000000 1800 0000 00000000 00000000 deadbeef"))
        .containsExactly(new Other(0, 24));
    // An address of a family that is neither IPv4 nor IPv6.
    assertThat(little("18000000 1400 0200 01000000 00000000" + "07 08 80 fe 01000000"))
        .containsExactly(new Other(1, 20));
    // An attribute from the future.
    assertThat(
            little(
                "28000000 1400 0200 09000000 00000000"
                    + "02 20 80 fe 01000000"
                    + "0800 6300 01020304"
                    + "0800 0200 ac140007"))
        .first()
        .isInstanceOf(AddressTold.class);
  }

  @Test
  void complainsAboutLengthsThatDoNotFit() {
    assertThatThrownBy(() -> little("ff000000 1400 0200 09000000 00000000"))
        .isInstanceOf(NetlinkException.class)
        .hasMessage("the kernel sent a message of 255 bytes where 16 bytes are left");
    assertThatThrownBy(() -> little("04000000 1400 0200 09000000 00000000"))
        .hasMessage("the kernel sent a message of 4 bytes where 16 bytes are left");
    assertThatThrownBy(() -> little("12000000 1400 0200 09000000 00000000 0208"))
        .hasMessage("the kernel sent an address that needs 8 bytes where 2 bytes are left");
    assertThatThrownBy(() ->
            little(
                "20000000 1400 0200 09000000 00000000"
                    + "02 20 80 fe 01000000"
                    + "0900 0200 ac140007"))
        .hasMessage("the kernel sent an attribute of 9 bytes where 8 bytes are left");
    assertThatThrownBy(() ->
            little(
                "20000000 1400 0200 09000000 00000000"
                    + "02 20 80 fe 01000000"
                    + "0700 0200 ac1400 00"))
        .hasMessage("the kernel sent an address of 3 bytes");
  }

  private static List<Reply> little(String hex) {
    return new Replies(ByteOrder.LITTLE_ENDIAN).read(bytes(hex));
  }

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
  }
}
