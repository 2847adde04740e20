package io.sallyport.plugins.health.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.health.CheckAdvice;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class AgentWordsTest {
  private static CheckAdvice advice(int weight, int sessions, EndpointMode mode) {
    return new CheckAdvice(
        weight < 0 ? OptionalInt.empty() : OptionalInt.of(weight),
        sessions < 0 ? OptionalInt.empty() : OptionalInt.of(sessions),
        Optional.ofNullable(mode));
  }

  @Test
  void wordsMeanWhatTheyMeanToHaproxy() {
    assertThat(AgentWords.read("up\n").up()).contains(true);
    assertThat(AgentWords.read("DOWN").up()).contains(false);
    assertThat(AgentWords.read("stopped\r\n").up()).contains(false);
    assertThat(AgentWords.read("fail").up()).contains(false);
    assertThat(AgentWords.read("75%\n").advice()).isEqualTo(advice(75, -1, null));
    assertThat(AgentWords.read("maxconn:30\n").advice()).isEqualTo(advice(-1, 30, null));
    assertThat(AgentWords.read("drain\n").advice()).isEqualTo(advice(-1, -1, EndpointMode.DRAIN));
    assertThat(AgentWords.read("maint\n").advice())
        .isEqualTo(advice(-1, -1, EndpointMode.MAINTENANCE));
    assertThat(AgentWords.read("ready\n").advice()).isEqualTo(advice(-1, -1, EndpointMode.ENABLED));
  }

  @Test
  void severalWordsStandInOneLine() {
    AgentWords words = AgentWords.read("ready, 50%\tmaxconn:7 up # all fine\nmaint\n");

    assertThat(words.up()).contains(true);
    assertThat(words.advice()).isEqualTo(advice(50, 7, EndpointMode.ENABLED));
    assertThat(words.said()).isEqualTo("ready 50% maxconn:7 up # all fine");
    assertThat(words.unknown()).isEmpty();
  }

  @Test
  void whatIsNoWordIsTold() {
    AgentWords words = AgentWords.read("-5% maxconn: maxconn:x % uptime up 99999999999%");

    assertThat(words.up()).contains(true);
    assertThat(words.advice()).isEqualTo(CheckAdvice.NONE);
    assertThat(words.unknown())
        .containsExactly("-5%", "maxconn:", "maxconn:x", "%", "uptime", "99999999999%");
    assertThat(AgentWords.read("999999%").advice().weightPercent())
        .hasValue(CheckAdvice.MOST_PERCENT);
    assertThat(AgentWords.read("").said()).isEmpty();
  }

  @Property(tries = 20_000)
  void nothingThatAnAgentSaysEscapesAsAnException(@ForAll("lines") String text) {
    AgentWords words = AgentWords.read(text);

    assertThat(words.said()).matches("[ -~]*");
    assertThat(words.unknown()).allMatch(word -> word.matches("[ -~]*")).hasSizeLessThan(17);
    assertThat(words.advice().weightPercent().orElse(0)).isBetween(0, CheckAdvice.MOST_PERCENT);
    assertThat(words.advice().maxSessions().orElse(0)).isNotNegative();
  }

  @Provide
  Arbitrary<String> lines() {
    Arbitrary<String> words =
        Arbitraries.of(
            "up",
            "down",
            "drain",
            "maint",
            "ready",
            "75%",
            "0%",
            "%",
            "maxconn:",
            "maxconn:30",
            "maxconn:-1",
            "#",
            ",",
            " ",
            "\t",
            "\n",
            "\r",
            "99999999999",
            "fail",
            "Ä",
            "\u0000");
    Arbitrary<String> noise =
        Arbitraries.bytes()
            .array(byte[].class)
            .ofMaxSize(6)
            .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1));
    return Arbitraries.oneOf(words, noise)
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }
}
