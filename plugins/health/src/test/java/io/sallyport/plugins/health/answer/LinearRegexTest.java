package io.sallyport.plugins.health.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class LinearRegexTest {
  @Test
  void expressionThatEndsOthersDoesNotRunAway() {
    String text = "a".repeat(60_000) + "b";

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          assertThat(LinearRegex.of("^(a+)+$").in(text)).isFalse();
          assertThat(LinearRegex.of("^(a|a)*$").in(text)).isFalse();
          assertThat(LinearRegex.of("(a*)*c").in(text)).isFalse();
        });
  }

  @Test
  void charactersBeyondAsciiAreTheirBytes() {
    assertThat(LinearRegex.of("^grün$").in("gr\u00c3\u00bcn")).isTrue();
  }

  @Test
  void bytesAreFoundInHexadecimal() {
    assertThat(Sought.hex("00FF").in("x\u0000\u00ffy")).isTrue();
    assertThat(Sought.hexRegex("^78.*79$").in("x\u0000\u00ffy")).isTrue();
    assertThat(Sought.hexRegex("00FF").in("x\u0000\u00ffy")).isTrue();
    assertThat(Sought.hexComplaint("0"))
        .contains("does not hold two hexadecimal digits for each byte");
    assertThat(Sought.hexComplaint("0x")).contains("holds what is no hexadecimal digit");
  }

  @Test
  void whatIsNotUnderstoodIsTold() {
    assertThat(LinearRegex.complaint("(?=ahead)").orElseThrow())
        .startsWith("is no regular expression: ");
    assertThat(LinearRegex.complaint("(a)\\1")).isPresent();
    assertThat(LinearRegex.complaint("x{2000}")).isPresent();
    assertThat(LinearRegex.complaint("x".repeat(1001)).orElseThrow())
        .isEqualTo("is longer than 1000 characters");
    assertThat(LinearRegex.complaint("^[+]OK")).isEmpty();
  }
}
