package io.sallyport.api.catalog;

/**
 * What endpoints are told of the client before its first byte: HAProxy's PROXY protocol.
 *
 * @since 0.1
 */
public enum SendProxy {
  /** Nothing. */
  NONE,
  /** The addresses, as a line of text. */
  V1,
  /** The addresses in binary, with the further facts that came in with a header of version 2. */
  V2
}
