package io.sallyport.plugins.injection.loopback;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * An address of a link as the kernel tells it.
 *
 * @param link the link's index
 * @param address the node's own address, also where the link has a peer
 * @param prefix how many bits belong to the network
 * @param protocol who put it there, by the kernel's {@code IFA_PROTO}; 0 when nobody said, and
 *     always 0 before Linux 5.18
 */
record LinkAddress(int link, InetAddress address, int prefix, int protocol) {
  /** True when the other address is in this one's network. */
  boolean covers(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] theirs = other.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((mine[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** True for what the kernel itself gives to every IPv6 link that comes up. */
  boolean automatic() {
    return address instanceof Inet6Address && address.isLinkLocalAddress();
  }

  /** The length of a prefix that holds one address only. */
  static int whole(InetAddress address) {
    return address instanceof Inet4Address ? 32 : 128;
  }
}
