package io.sallyport.api.balancing;

import java.net.InetAddress;

/**
 * What is known of the session that wants an endpoint.
 *
 * @since 0.1
 */
public interface PickRequest {
  /** The client's address. */
  InetAddress client();

  /**
   * False for a candidate that this session has tried already, and for one that has as many
   * sessions as it may. No lock, no allocation.
   */
  boolean admits(int index);
}
