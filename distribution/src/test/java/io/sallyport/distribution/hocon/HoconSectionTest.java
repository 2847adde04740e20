package io.sallyport.distribution.hocon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Problems;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class HoconSectionTest {
  private final Problems problems = new Problems();

  @Test
  void valuesConvertAsHoconSays() {
    HoconSection section =
        section(
            """
            quoted-number = "443", number-as-text = 0443, flag-as-text = true, yes = yes, off = off
            one = single, several = [a, 1], size = 64KiB, bare = 12, nothing = null, tiny = 1500us
            """);

    assertThat(section.integer("quoted-number", 0, 1, 1000)).isEqualTo(443);
    assertThat(section.text("number-as-text")).hasValue("0443");
    assertThat(section.text("flag-as-text")).hasValue("true");
    assertThat(section.flag("yes", false)).isTrue();
    assertThat(section.flag("off", true)).isFalse();
    assertThat(section.texts("one")).containsExactly("single");
    assertThat(section.texts("several")).containsExactly("a", "1");
    assertThat(section.bytes("size", 0, 0, 1 << 20)).isEqualTo(65_536);
    assertThat(section.bytes("bare", 0, 0, 1 << 20)).isEqualTo(12);
    assertThat(section.has("nothing")).isFalse();
    assertThat(section.text("nothing")).isEmpty();
    assertThat(section.duration("tiny", Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1)))
        .isEqualTo(Duration.ofNanos(1_500_000));
    section.finish();
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void absentValuesAreTheFallbackAndWrongOnesAreToldBesides() {
    HoconSection section =
        section("number = x\nsize = [1]\nbig = 2GiB\nchoice = c\nlist = { a = 1 }\ninner = 5\n");

    assertThat(section.integer("absent", 7, 0, 9)).isEqualTo(7);
    assertThat(section.integer("number", 7, 0, 9)).isEqualTo(7);
    assertThat(section.bytes("size", 8, 0, 9)).isEqualTo(8);
    assertThat(section.bytes("big", 8, 0, 1 << 30)).isEqualTo(8);
    assertThat(section.choice("choice", TimeUnit.DAYS)).isEqualTo(TimeUnit.DAYS);
    assertThat(section.texts("list")).isEmpty();
    assertThat(section.section("inner")).isEmpty();
    assertThat(section.sections("inner")).isEmpty();
    assertThat(section.requiredText("gone", "fallback")).isEqualTo("fallback");
    section.problem("", "is odd as a whole", "start anew");
    section.problem("number", "is odd", "");
    assertThat(lines())
        .containsExactly(
            "test.conf:1: number = \"x\": is not a whole number; use a whole number from 0 to 9",
            "test.conf:2: size = \"[1]\": is not a size; write a number of bytes, or one with a"
                + " unit, such as 64KiB",
            "test.conf:3: big = \"2GiB\": is out of bounds; use a size from 0 to 1GiB",
            "test.conf:4: choice = \"c\": is not a choice; use nanoseconds, microseconds,"
                + " milliseconds, seconds, minutes, hours or days",
            "test.conf:5: list = \"{\"a\":1}\": is an object, not a text; write one text, in"
                + " quotes if it holds special characters",
            "test.conf:6: inner = \"5\": is a number, not an object; write inner { … }",
            "test.conf:6: inner = \"5\": is a number, not a list of objects; write inner = [{ … }]",
            "test.conf:1: gone: is missing; add gone = …",
            "test.conf:1: is odd as a whole; start anew",
            "test.conf:1: number = \"x\": is odd");
  }

  @Test
  void sectionsKnowTheirPathAndTheirKeysInTheOrderOfTheFile() {
    HoconSection section =
        section("outer {\n  z = 1\n  a = 2\n  m = null\n  list = [{ x = 1 }, 5, { y = 2 }]\n}\n");

    ConfigSection outer = section.section("outer").orElseThrow();

    assertThat(outer.path()).isEqualTo("outer");
    assertThat(outer.origin().text()).isEqualTo("test.conf:1");
    assertThat(outer.keys()).containsExactly("z", "a", "list");
    List<ConfigSection> list = outer.sections("list");
    assertThat(list)
        .extracting(ConfigSection::path)
        .containsExactly("outer.list[0]", "outer.list[2]");
    list.getFirst().finish();
    assertThat(lines())
        .containsExactly(
            "test.conf:5: outer.list[1] = \"5\": is a number, not an object; write list = [{ … }]",
            "test.conf:5: outer.list[0].x: unknown key; nothing may stand here");
  }

  @Test
  void eachKeyThatNobodyAskedForIsToldOnceWithTheNearestKnownOne() {
    HoconSection section = section("max_sesions = 1\nunheard-of = 2\nidle = 3s\n");
    section.has("max-sessions");
    section.has("idle");

    section.finish();
    section.finish();

    assertThat(lines())
        .containsExactlyInAnyOrder(
            "test.conf:1: max_sesions: unknown key; did you mean \"max-sessions\"?",
            "test.conf:2: unheard-of: unknown key; known here: idle, max-sessions");
  }

  @Test
  void theNearestKeyIsTheOneThatWasProbablyMeant() {
    List<String> known = List.of("address", "endpoints", "ports", "on-up", "on-down");

    assertThat(NearestKey.of("adress", known)).hasValue("address");
    assertThat(NearestKey.of("portS", known)).hasValue("ports");
    assertThat(NearestKey.of("endpionts", known)).hasValue("endpoints");
    assertThat(NearestKey.of("onDown", known)).hasValue("on-down");
    assertThat(NearestKey.of("colour", known)).isEmpty();
    assertThat(NearestKey.of("x", List.of())).isEmpty();
  }

  @Property
  void aDurationReadsBackFromItsText(@ForAll @LongRange(min = 0) long nanos) {
    Duration duration = Duration.ofNanos(nanos);

    assertThat(Durations.parse(Durations.text(duration))).hasValue(duration);
  }

  @Test
  void durationsAreWrittenInTheirLargestUnit() {
    assertThat(
            List.of(0L, 1L, 1_000L, 1_500_000L, 250_000_000L, 60_000_000_000L).stream()
                .map(nanos -> Durations.text(Duration.ofNanos(nanos))))
        .containsExactly("0s", "1ns", "1us", "1500us", "250ms", "1m");
    assertThat(Durations.text(Duration.ofDays(2))).isEqualTo("2d");
    assertThat(Durations.parse("1.5 h")).hasValue(Duration.ofMinutes(90));
    assertThat(Durations.parse("5")).isEqualTo(Optional.empty());
    assertThat(Durations.parse("5 fortnights")).isEqualTo(Optional.empty());
  }

  private HoconSection section(String text) {
    HoconDocument document = new HoconReader(path -> false).read("test.conf", text);
    assertThat(document).isInstanceOf(HoconDocument.Parsed.class);
    return new HoconSection(((HoconDocument.Parsed) document).root(), "", problems);
  }

  private List<String> lines() {
    return problems.all().stream().map(Problem::text).toList();
  }
}
