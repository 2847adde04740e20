package io.sallyport.api.health;

import java.nio.charset.StandardCharsets;

/**
 * What has been heard of an endpoint since it was last spoken to.
 *
 * @since 0.1
 */
public final class ProbeHearing {
  private final byte[] bytes;
  private final boolean over;

  /**
   * Takes the bytes as they are, so they must not change any more.
   *
   * @param over whether nothing more will be heard: the endpoint has ended, or has said as much as
   *     the request allows
   */
  public ProbeHearing(byte[] bytes, boolean over) {
    this.bytes = bytes;
    this.over = over;
  }

  /** The bytes, in an array of the caller's own. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** How many there are. */
  public int length() {
    return bytes.length;
  }

  /** Each byte as one character of the same number, so that any bytes can be searched as text. */
  public String text() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Whether nothing more will be heard: an answer that is not complete by now never will be. */
  public boolean over() {
    return over;
  }
}
