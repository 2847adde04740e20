package io.sallyport.plugins.injection.loopback;

/** Words about links that several classes need. */
final class Links {
  /** The loopback link, whose name the kernel fixes. */
  static final String LO = "lo";

  /** The kind of link made for our addresses alone: it swallows whatever is sent to it. */
  static final String DUMMY = "dummy";

  /**
   * The kind made where the kernel is built without dummy links: a bridge that no port ever joins
   * has local addresses just the same.
   */
  static final String BRIDGE = "bridge";

  private Links() {}
}
