package io.sallyport.plugins.injection.loopback;

/** One message from the kernel. */
sealed interface Reply {
  /** The sequence number of the request that it answers; 0 for news that nobody asked for. */
  int sequence();

  /**
   * An address that exists, or that has just gone.
   *
   * @param interrupted whether the dump that this is part of was overtaken by a change
   */
  record AddressTold(int sequence, boolean gone, boolean interrupted, LinkAddress address)
      implements Reply {}

  /** A link that exists, or that has just gone. */
  record LinkTold(int sequence, boolean gone, Link link) implements Reply {}

  /**
   * How a request ended: the end of a dump, or an acknowledgement.
   *
   * @param errno 0 when it was done
   * @param words what the kernel added for people; often empty
   */
  record Ended(int sequence, boolean interrupted, int errno, String words) implements Reply {}

  /** A message that does not matter here. */
  record Other(int sequence, int type) implements Reply {}
}
