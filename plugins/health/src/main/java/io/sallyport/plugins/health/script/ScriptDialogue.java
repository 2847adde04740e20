package io.sallyport.plugins.health.script;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.ProbeDialogue;
import io.sallyport.api.health.ProbeHearing;
import io.sallyport.api.health.ProbeMove;
import io.sallyport.api.health.ProbePeer;
import io.sallyport.plugins.health.script.Script.Hope;
import io.sallyport.plugins.health.script.Script.Line;
import io.sallyport.plugins.health.script.Script.Round;
import io.sallyport.plugins.health.script.Script.Speech;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/**
 * One round of a script. As with HAProxy, expectations that follow one another look at the same
 * answer: all that came since the script last said something.
 */
final class ScriptDialogue implements ProbeDialogue {
  private final Round round;
  private final Function<ProbePeer, String> warning;
  private String warned = "";

  /** Index of the line that is next. */
  private int at;

  ScriptDialogue(Round round, Function<ProbePeer, String> warning) {
    this.round = round;
    this.warning = warning;
  }

  @Override
  public ProbeMove opened(Optional<ProbePeer> peer) {
    warned = peer.map(warning).orElse("");
    return next();
  }

  @Override
  public ProbeMove said() {
    return next();
  }

  @Override
  public ProbeMove heard(ProbeHearing hearing) {
    String text = hearing.text();
    while (at < round.lines().size() && round.lines().get(at) instanceof Hope hope) {
      boolean there = hope.sought().in(text);
      boolean enough =
          hope.minBytes().isPresent() && hearing.length() >= hope.minBytes().getAsInt();
      boolean last = hearing.over() || enough;
      boolean tooEarly = hope.minBytes().isPresent() && !last;
      if (tooEarly || (!there && !last)) {
        return ProbeMove.LISTEN;
      }
      if (there != hope.wanted()) {
        return finish(CheckStatus.LAYER7_INVALID_RESPONSE, disappointment(hope));
      }
      at++;
    }
    return next();
  }

  /** What to do at a line that is none of hope, or at the end. */
  private ProbeMove next() {
    StringBuilder speech = new StringBuilder();
    while (at < round.lines().size() && round.lines().get(at) instanceof Speech spoken) {
      speech.append(spoken.bytes());
      at++;
    }
    if (!speech.isEmpty()) {
      return ProbeMove.say(speech.toString().getBytes(StandardCharsets.ISO_8859_1));
    }
    if (at < round.lines().size()) {
      return ProbeMove.LISTEN;
    }
    boolean heardSomething = round.lines().stream().anyMatch(Hope.class::isInstance);
    boolean tls = round.place().tls().isPresent();
    return finish(
        heardSomething
            ? CheckStatus.LAYER7_PASSED
            : tls ? CheckStatus.LAYER6_PASSED : CheckStatus.LAYER4_PASSED,
        "");
  }

  private ProbeMove finish(CheckStatus status, String info) {
    return new ProbeMove.Finish(CheckResult.of(status, info).warning(warned));
  }

  private static String disappointment(Hope hope) {
    return (hope.wanted() ? "TCPCHK did not match content " : "TCPCHK matched unwanted content ")
        + hope.sought().content()
        + " at step "
        + hope.number()
        + commented(hope.comment());
  }

  /** Where the round stood when it ended, in HAProxy's words; empty at its end. */
  String place() {
    if (at >= round.lines().size()) {
      return "";
    }
    Line line = round.lines().get(at);
    String step =
        switch (line) {
          case Hope hope -> "expect " + hope.sought().words();
          case Speech speech -> "send";
        };
    return "at step " + line.number() + " of tcp-check (" + step + ")" + commented(line.comment());
  }

  static String commented(String comment) {
    return comment.isEmpty() ? "" : " comment: '" + comment + "'";
  }
}
