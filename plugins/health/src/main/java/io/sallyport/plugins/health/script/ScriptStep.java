package io.sallyport.plugins.health.script;

import io.sallyport.plugins.health.answer.Sought;
import io.sallyport.plugins.health.tls.TlsSettings;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One step of a script. Its components are the keys by which it is written.
 *
 * @since 0.1
 */
public sealed interface ScriptStep {
  /** A few words for the log; empty when there are none. */
  Optional<String> comment();

  /** Connects, after the connection before has been closed. */
  record Connect(Place connect, Optional<String> comment) implements ScriptStep {}

  /**
   * Where to connect.
   *
   * @param port where it is not the endpoint's own
   * @param tls how to agree on TLS; empty: plain TCP
   */
  record Place(OptionalInt port, Optional<TlsSettings> tls) {}

  /** Sends a text in UTF-8. */
  record Send(String send, Optional<String> comment) implements ScriptStep {
    byte[] bytes() {
      return send.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Sends bytes. */
  record SendHex(String sendHex, Optional<String> comment) implements ScriptStep {
    byte[] bytes() {
      return HexFormat.of().parseHex(sendHex);
    }
  }

  /**
   * Waits for an answer. Of the first eight, exactly one is there: what it must hold, or what it
   * must not.
   *
   * @param minBytes waits for so many bytes, and then for no more; empty: until what is expected is
   *     there, or the endpoint has ended
   */
  record Expect(
      Optional<String> expect,
      Optional<String> expectHex,
      Optional<String> expectRegex,
      Optional<String> expectHexRegex,
      Optional<String> reject,
      Optional<String> rejectHex,
      Optional<String> rejectRegex,
      Optional<String> rejectHexRegex,
      OptionalInt minBytes,
      Optional<String> comment)
      implements ScriptStep {
    /** Whether it must be there. */
    boolean wanted() {
      return expect.isPresent()
          || expectHex.isPresent()
          || expectRegex.isPresent()
          || expectHexRegex.isPresent();
    }

    /** What is looked for. */
    Sought sought() {
      return expect
          .or(() -> reject)
          .map(Sought::text)
          .or(() -> expectHex.or(() -> rejectHex).map(Sought::hex))
          .or(() -> expectRegex.or(() -> rejectRegex).map(Sought::regex))
          .or(() -> expectHexRegex.or(() -> rejectHexRegex).map(Sought::hexRegex))
          .orElseThrow();
    }
  }
}
