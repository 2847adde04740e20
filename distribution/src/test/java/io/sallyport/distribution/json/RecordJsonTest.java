package io.sallyport.distribution.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordJsonTest {
  public record Inner(String text, int number) {}

  public record Outer(
      String text,
      boolean flag,
      int number,
      long large,
      Instant at,
      Inner inner,
      List<Inner> list) {}

  private static final Outer FULL =
      new Outer(
          "a \"b\" \\ ü",
          true,
          -1,
          5_000_000_000L,
          Instant.parse("2026-11-23T02:13:46.123Z"),
          new Inner("", 0),
          List.of(new Inner("x", 1), new Inner("y", 2)));

  @Test
  void recordsBecomeObjectsNamedByTheirComponents() {
    assertThat(RecordJson.text(FULL))
        .isEqualTo(
            """
            {
              "text": "a \\"b\\" \\\\ ü",
              "flag": true,
              "number": -1,
              "large": 5000000000,
              "at": "2026-11-23T02:13:46.123Z",
              "inner": {
                "text": "",
                "number": 0
              },
              "list": [
                {
                  "text": "x",
                  "number": 1
                },
                {
                  "text": "y",
                  "number": 2
                }
              ]
            }
            """);
  }

  @Test
  void whatWasWrittenReadsBackTheSame() {
    assertThat(RecordJson.read(RecordJson.text(FULL), Outer.class)).isEqualTo(FULL);
  }

  @Test
  void anotherVersionsKeysAreForgiven() {
    assertThat(RecordJson.read("{\"text\": \"t\", \"newer\": {\"x\": [1]}}", Outer.class))
        .isEqualTo(new Outer("t", false, 0, 0, Instant.EPOCH, new Inner("", 0), List.of()));
  }

  @Test
  void controlCharactersDoNotReachATerminal() {
    Inner hostile = new Inner("a\u001b[31mb\u0007", 1);
    String json = RecordJson.text(hostile);
    assertThat(json).contains("a\\u001b[31mb\\u0007");
    assertThat(RecordJson.read(json, Inner.class)).isEqualTo(new Inner("a?[31mb?", 1));
  }

  @Test
  void escapesReadBackAsWhatTheyStandFor() {
    assertThat(
            RecordJson.read(
                "{\"text\":\"\\u00fc\\/\\\"\\\\ \\ud83d\\ude80\", \"number\" : 7 }", Inner.class))
        .isEqualTo(new Inner("ü/\"\\ 🚀", 7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "{",
        "{\"text\"}",
        "{\"text\": }",
        "{\"text\": \"a}",
        "{\"text\": \"\\x\"}",
        "{\"text\": \"\\u00zz\"}",
        "{\"text\": 7}",
        "{\"number\": \"7\"}",
        "{\"number\": 99999999999999999999}",
        "{\"text\": \"a\" \"number\": 1}",
        "{} {}",
        "[]",
        "{\"other\": [1, }"
      })
  void whatIsNoSuchJsonIsRefused(String json) {
    assertThatThrownBy(() -> RecordJson.read(json, Inner.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not the JSON that was expected, at character ");
  }

  @Test
  void depthIsBounded() {
    assertThatThrownBy(() -> RecordJson.read("{\"other\":" + "[".repeat(100_000), Inner.class))
        .hasMessageEndingWith("nested too deeply");
  }
}
