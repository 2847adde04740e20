package io.sallyport.plugins.health.script;

import io.sallyport.plugins.health.answer.Sought;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A script made ready: for each connection what is said and heard on it, regexes compiled. */
record Script(List<Round> rounds) {
  Script {
    rounds = List.copyOf(rounds);
  }

  /**
   * One connection.
   *
   * @param number of the connecting step, from 1
   */
  record Round(ScriptStep.Place place, int number, String comment, List<Line> lines) {
    Round {
      lines = List.copyOf(lines);
    }
  }

  /** What is said or heard. */
  sealed interface Line {
    /** Of its step, from 1. */
    int number();

    /** What the script's author calls it; may be empty. */
    String comment();
  }

  /** Says something. */
  record Speech(int number, String comment, String bytes) implements Line {}

  /** Hears something. */
  record Hope(int number, String comment, Sought sought, boolean wanted, OptionalInt minBytes)
      implements Line {}

  static Script of(List<ScriptStep> steps) {
    List<Round> rounds = new ArrayList<>();
    ScriptStep.Place place = new ScriptStep.Place(OptionalInt.empty(), Optional.empty());
    int placeAt = 1;
    String placeComment = "";
    List<Line> lines = new ArrayList<>();
    boolean begun = false;
    int number = 0;
    for (ScriptStep step : steps) {
      number++;
      String comment = step.comment().orElse("");
      if (step instanceof ScriptStep.Connect(ScriptStep.Place next, var ignored)) {
        if (begun) {
          rounds.add(new Round(place, placeAt, placeComment, lines));
          lines = new ArrayList<>();
        }
        place = next;
        placeAt = number;
        placeComment = comment;
      } else {
        lines.add(line(step, number, comment));
      }
      begun = true;
    }
    rounds.add(new Round(place, placeAt, placeComment, lines));
    return new Script(rounds);
  }

  private static Line line(ScriptStep step, int number, String comment) {
    return switch (step) {
      case ScriptStep.Connect connect ->
          throw new IllegalArgumentException("a connect begins a round");
      case ScriptStep.Send send -> new Speech(number, comment, latin(send.bytes()));
      case ScriptStep.SendHex send -> new Speech(number, comment, latin(send.bytes()));
      case ScriptStep.Expect expect ->
          new Hope(number, comment, expect.sought(), expect.wanted(), expect.minBytes());
    };
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
