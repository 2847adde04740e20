package io.sallyport.plugins.injection.loopback;

/**
 * The numbers of the kernel's rtnetlink interface that are used here.
 *
 * <p>Sources: netlink(7), rtnetlink(7), and the kernel's headers linux/netlink.h,
 * linux/rtnetlink.h, linux/if_addr.h, linux/if_link.h and linux/if.h. They are part of the kernel's
 * stable interface and the same on every architecture.
 */
final class Rtnetlink {
  // Sizes of the fixed parts, in bytes.
  /** struct nlmsghdr: u32 length, u16 type, u16 flags, u32 sequence, u32 port. */
  static final int HEADER = 16;

  /** struct ifaddrmsg: u8 family, u8 prefix length, u8 flags, u8 scope, u32 link. */
  static final int ADDRESS_HEADER = 8;

  /** struct ifinfomsg: u8 family, u8 unused, u16 type, s32 link, u32 flags, u32 changed flags. */
  static final int LINK_HEADER = 16;

  /** struct rtattr: u16 length with this header and without padding, u16 type. */
  static final int ATTRIBUTE_HEADER = 4;

  // nlmsg_type
  static final int NLMSG_ERROR = 2;
  static final int NLMSG_DONE = 3;
  static final int RTM_NEWLINK = 16;
  static final int RTM_DELLINK = 17;
  static final int RTM_GETLINK = 18;
  static final int RTM_NEWADDR = 20;
  static final int RTM_DELADDR = 21;
  static final int RTM_GETADDR = 22;

  // nlmsg_flags
  static final int NLM_F_REQUEST = 0x1;
  static final int NLM_F_ACK = 0x4;
  static final int NLM_F_DUMP_INTR = 0x10;
  static final int NLM_F_EXCL = 0x200;
  static final int NLM_F_CREATE = 0x400;
  static final int NLM_F_DUMP = 0x300;
  // The same field of an answer.
  static final int NLM_F_CAPPED = 0x100;
  static final int NLM_F_ACK_TLVS = 0x200;

  // ifaddrmsg
  static final int AF_UNSPEC = 0;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int RT_SCOPE_HOST = 254;
  static final int IFA_F_NODAD = 0x02;

  // ifinfomsg
  static final int IFF_UP = 0x1;
  static final int IFF_LOOPBACK = 0x8;

  // rta_type; the upper two bits are flags
  static final int ATTRIBUTE_TYPE = 0x3fff;
  static final int IFA_ADDRESS = 1;
  static final int IFA_LOCAL = 2;
  static final int IFA_FLAGS = 8;
  static final int IFA_PROTO = 11;
  static final int IFLA_ADDRESS = 1;
  static final int IFLA_IFNAME = 3;
  static final int IFLA_LINKINFO = 18;
  static final int IFLA_INFO_KIND = 1;
  static final int IFLA_EXT_MASK = 29;
  static final int RTEXT_FILTER_SKIP_STATS = 8;
  static final int NLMSGERR_ATTR_MSG = 1;

  // Multicast groups, as the bits of sockaddr_nl.nl_groups.
  static final int RTMGRP_LINK = 0x1;
  static final int RTMGRP_IPV4_IFADDR = 0x10;
  static final int RTMGRP_IPV6_IFADDR = 0x100;

  /**
   * Our mark in an address's {@code IFA_PROTO}: any value from 4 on is free for user space. Kernels
   * before 5.18 ignore it.
   */
  static final int OUR_PROTOCOL = 'S';

  private Rtnetlink() {}

  /** Everything in a message starts at a multiple of four (NLMSG_ALIGN, RTA_ALIGN). */
  static int aligned(int length) {
    return (length + 3) & ~3;
  }
}
