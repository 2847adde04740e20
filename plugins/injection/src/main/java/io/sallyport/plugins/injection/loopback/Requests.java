package io.sallyport.plugins.injection.loopback;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Encodes rtnetlink requests; the formats are in {@link Rtnetlink}. Pure.
 *
 * <p>Each request is one whole message that the kernel is asked to answer; its sequence number is
 * left 0 for {@link #number}.
 */
final class Requests {
  private static final int LARGEST = 256;
  private static final int SEQUENCE_AT = 8;

  private final ByteOrder order;

  /** Makes an encoder; the kernel wants the machine's own byte order. */
  Requests(ByteOrder order) {
    this.order = order;
  }

  /** RTM_NEWADDR: gives a link one address, unless the link has it. */
  byte[] addAddress(InetAddress address, int link) {
    int flags = Rtnetlink.NLM_F_CREATE | Rtnetlink.NLM_F_EXCL;
    ByteBuffer message = address(Rtnetlink.RTM_NEWADDR, flags, address, link);
    attribute(message, Rtnetlink.IFA_FLAGS, number(Rtnetlink.IFA_F_NODAD));
    attribute(message, Rtnetlink.IFA_PROTO, new byte[] {(byte) Rtnetlink.OUR_PROTOCOL});
    return finished(message);
  }

  /** RTM_DELADDR: takes one address from a link. */
  byte[] removeAddress(InetAddress address, int link) {
    return finished(address(Rtnetlink.RTM_DELADDR, 0, address, link));
  }

  /** RTM_GETADDR: asks for all addresses of all links. */
  byte[] dumpAddresses() {
    ByteBuffer message = message(Rtnetlink.RTM_GETADDR, Rtnetlink.NLM_F_DUMP);
    addressHeader(message, Rtnetlink.AF_UNSPEC, 0, 0, 0);
    return finished(message);
  }

  /** RTM_GETLINK: asks for the link of a name. */
  byte[] linkNamed(String name) {
    ByteBuffer message = message(Rtnetlink.RTM_GETLINK, 0);
    linkHeader(message, 0, 0);
    attribute(message, Rtnetlink.IFLA_IFNAME, text(name));
    attribute(message, Rtnetlink.IFLA_EXT_MASK, number(Rtnetlink.RTEXT_FILTER_SKIP_STATS));
    return finished(message);
  }

  /** RTM_GETLINK: asks for the link of an index. */
  byte[] linkAt(int index) {
    ByteBuffer message = message(Rtnetlink.RTM_GETLINK, 0);
    linkHeader(message, index, 0);
    attribute(message, Rtnetlink.IFLA_EXT_MASK, number(Rtnetlink.RTEXT_FILTER_SKIP_STATS));
    return finished(message);
  }

  /**
   * RTM_NEWLINK: makes a virtual link and brings it up.
   *
   * @param hardware its hardware address, six bytes
   */
  byte[] createLink(String name, String kind, byte[] hardware) {
    ByteBuffer message =
        message(Rtnetlink.RTM_NEWLINK, Rtnetlink.NLM_F_CREATE | Rtnetlink.NLM_F_EXCL);
    linkHeader(message, 0, Rtnetlink.IFF_UP);
    attribute(message, Rtnetlink.IFLA_IFNAME, text(name));
    attribute(message, Rtnetlink.IFLA_ADDRESS, hardware);
    ByteBuffer info = ByteBuffer.allocate(LARGEST).order(order);
    attribute(info, Rtnetlink.IFLA_INFO_KIND, kind.getBytes(StandardCharsets.US_ASCII));
    attribute(message, Rtnetlink.IFLA_LINKINFO, bytes(info));
    return finished(message);
  }

  /** RTM_NEWLINK for a link that exists: brings it up. */
  byte[] bringUp(int index) {
    ByteBuffer message = message(Rtnetlink.RTM_NEWLINK, 0);
    linkHeader(message, index, Rtnetlink.IFF_UP);
    return finished(message);
  }

  /** RTM_DELLINK: removes a virtual link with all its addresses. */
  byte[] removeLink(int index) {
    ByteBuffer message = message(Rtnetlink.RTM_DELLINK, 0);
    linkHeader(message, index, 0);
    return finished(message);
  }

  /** Writes the sequence number into a message, by which its answer is recognised. */
  void number(byte[] message, int sequence) {
    ByteBuffer.wrap(message).order(order).putInt(SEQUENCE_AT, sequence);
  }

  private ByteBuffer address(int type, int flags, InetAddress address, int link) {
    ByteBuffer message = message(type, flags);
    int family = address instanceof Inet4Address ? Rtnetlink.AF_INET : Rtnetlink.AF_INET6;
    int prefix = LinkAddress.whole(address);
    addressHeader(message, family, prefix, Rtnetlink.RT_SCOPE_HOST, link);
    attribute(message, Rtnetlink.IFA_LOCAL, address.getAddress());
    attribute(message, Rtnetlink.IFA_ADDRESS, address.getAddress());
    return message;
  }

  private ByteBuffer message(int type, int flags) {
    // An answer to a dump ends by itself; everything else is acknowledged on request only.
    int ack = (flags & Rtnetlink.NLM_F_DUMP) == Rtnetlink.NLM_F_DUMP ? 0 : Rtnetlink.NLM_F_ACK;
    return ByteBuffer.allocate(LARGEST)
        .order(order)
        .putInt(0)
        .putShort((short) type)
        .putShort((short) (Rtnetlink.NLM_F_REQUEST | ack | flags))
        .putInt(0)
        .putInt(0);
  }

  private static void addressHeader(
      ByteBuffer message, int family, int prefix, int scope, int link) {
    message.put((byte) family).put((byte) prefix).put((byte) 0).put((byte) scope).putInt(link);
  }

  private static void linkHeader(ByteBuffer message, int index, int setFlags) {
    message.put((byte) Rtnetlink.AF_UNSPEC).put((byte) 0).putShort((short) 0);
    message.putInt(index).putInt(setFlags).putInt(setFlags);
  }

  private void attribute(ByteBuffer into, int type, byte[] value) {
    int length = Rtnetlink.ATTRIBUTE_HEADER + value.length;
    into.putShort((short) length).putShort((short) type).put(value);
    into.position(into.position() + Rtnetlink.aligned(length) - length);
  }

  private byte[] number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(order).putInt(value).array();
  }

  /** A text with the zero that ends it in C. */
  private static byte[] text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  private static byte[] finished(ByteBuffer message) {
    message.putInt(0, message.position());
    return bytes(message);
  }

  private static byte[] bytes(ByteBuffer filled) {
    byte[] bytes = new byte[filled.position()];
    filled.get(0, bytes);
    return bytes;
  }
}
