package io.sallyport.distribution.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

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
    assertThat(RecordJson.write(FULL))
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
    assertThat(RecordJson.read(RecordJson.write(FULL), Outer.class)).isEqualTo(FULL);
  }

  @Test
  void anotherVersionsKeysAreForgiven() {
    assertThat(RecordJson.read("{\"text\": \"t\", \"newer\": {\"x\": [1]}}", Outer.class))
        .isEqualTo(new Outer("t", false, 0, 0, Instant.EPOCH, new Inner("", 0), List.of()));
  }

  @Test
  void controlCharactersDoNotReachATerminal() {
    Inner hostile = new Inner("a\u001b[31mb\u0007", 1);
    String json = RecordJson.write(hostile);
    assertThat(json).contains("a\\u001b[31mb\\u0007");
    assertThat(RecordJson.read(json, Inner.class)).isEqualTo(new Inner("a?[31mb?", 1));
  }

  @Test
  void whatIsNoJsonIsRefused() {
    assertThatThrownBy(() -> RecordJson.read("<html>", Inner.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a JSON object: ");
  }
}
