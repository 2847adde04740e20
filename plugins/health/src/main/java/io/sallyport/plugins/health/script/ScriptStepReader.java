package io.sallyport.plugins.health.script;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.ProbeRequest;
import io.sallyport.plugins.health.answer.LinearRegex;
import io.sallyport.plugins.health.answer.Sought;
import io.sallyport.plugins.health.tls.TlsSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Reads one step, of which one key says what it does. */
final class ScriptStepReader {
  private static final List<String> DEEDS =
      List.of(
          "connect",
          "send",
          "send-hex",
          "expect",
          "expect-hex",
          "expect-regex",
          "expect-hex-regex",
          "reject",
          "reject-hex",
          "reject-regex",
          "reject-hex-regex");
  private static final int MOST_PORT = 65_535;

  private final ConfigSection section;
  private boolean wrong;

  private ScriptStepReader(ConfigSection section) {
    this.section = section;
  }

  static Optional<ScriptStep> read(ConfigSection section) {
    return new ScriptStepReader(section).step();
  }

  private Optional<ScriptStep> step() {
    List<String> deeds = new ArrayList<>();
    for (String deed : DEEDS) {
      if (section.has(deed)) {
        deeds.add(deed);
      }
    }
    Optional<String> comment = section.text("comment");
    if (deeds.size() != 1) {
      section.problem(
          "",
          deeds.isEmpty()
              ? "does nothing"
              : "does more than one thing: " + String.join(", ", deeds),
          "give each step one of " + String.join(", ", DEEDS));
      section.has("min-bytes");
      return Optional.empty();
    }
    ScriptStep step =
        switch (deeds.getFirst()) {
          case "connect" -> new ScriptStep.Connect(place(), comment);
          case "send" -> new ScriptStep.Send(section.text("send").orElse(""), comment);
          case "send-hex" -> new ScriptStep.SendHex(hex("send-hex").orElse(""), comment);
          default -> expect(comment);
        };
    return wrong ? Optional.empty() : Optional.of(step);
  }

  private ScriptStep.Place place() {
    return section
        .section("connect")
        .map(own -> {
          int port = own.integer("port", 0, 1, MOST_PORT);
          Optional<TlsSettings> tls =
              own.has("tls")
                  ? Optional.of(TlsSettings.within(own, "tls"))
                  : Optional.<TlsSettings>empty();
          own.finish();
          return new ScriptStep.Place(port == 0 ? OptionalInt.empty() : OptionalInt.of(port), tls);
        })
        .orElse(new ScriptStep.Place(OptionalInt.empty(), Optional.empty()));
  }

  private ScriptStep expect(Optional<String> comment) {
    int least = section.integer("min-bytes", 0, 1, ProbeRequest.MOST_BYTES);
    return new ScriptStep.Expect(
        text("expect"),
        hex("expect-hex"),
        regex("expect-regex"),
        regex("expect-hex-regex"),
        text("reject"),
        hex("reject-hex"),
        regex("reject-regex"),
        regex("reject-hex-regex"),
        least == 0 ? OptionalInt.empty() : OptionalInt.of(least),
        comment);
  }

  private Optional<String> text(String key) {
    return checked(
        key,
        text -> text.isEmpty() ? Optional.of("is empty") : Optional.empty(),
        "write the text to look for");
  }

  private Optional<String> hex(String key) {
    return checked(key, Sought::hexComplaint, "write such as 0d0a");
  }

  private Optional<String> regex(String key) {
    return checked(
        key, LinearRegex::complaint, "use RE2's syntax, without back-references and look-around");
  }

  private Optional<String> checked(
      String key, Function<String, Optional<String>> complaint, String remedy) {
    Optional<String> written = section.text(key);
    Optional<String> words = written.flatMap(complaint);
    words.ifPresent(said -> {
      section.problem(key, said, remedy);
      wrong = true;
    });
    return written;
  }
}
