package io.sallyport.api.health;

import java.nio.charset.StandardCharsets;

/**
 * What a dialogue does next.
 *
 * @since 0.1
 */
public sealed interface ProbeMove {
  /** Waits for more. */
  ProbeMove LISTEN = new Listen();

  /** Waits for more; where nothing more will be heard, that is the end. */
  record Listen() implements ProbeMove {}

  /**
   * Ends the dialogue.
   *
   * @param result what was found; its duration is set by the engine
   */
  record Finish(CheckResult result) implements ProbeMove {}

  /** Says something, and forgets what has been heard. */
  final class Say implements ProbeMove {
    private final byte[] bytes;

    private Say(byte[] bytes) {
      this.bytes = bytes;
    }

    /** The bytes, in an array of the caller's own. */
    public byte[] bytes() {
      return bytes.clone();
    }
  }

  /** Says these bytes. */
  static ProbeMove say(byte[] bytes) {
    return new Say(bytes.clone());
  }

  /** Says a text in UTF-8. */
  static ProbeMove say(String text) {
    return new Say(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Ends the dialogue. */
  static ProbeMove finish(CheckStatus status, String info) {
    return new Finish(CheckResult.of(status, info));
  }
}
