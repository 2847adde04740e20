package io.sallyport.distribution.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.distribution.demo.DemoFrame.Happening;
import io.sallyport.distribution.demo.DemoFrame.Kind;
import io.sallyport.distribution.demo.DemoFrame.TargetRow;
import io.sallyport.distribution.demo.DemoFrame.Use;
import io.sallyport.distribution.demo.DemoFrame.ZoneRow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoScreenTest {
  private final StringWriter shown = new StringWriter();
  private final PrintWriter out = new PrintWriter(shown);

  @Test
  void pictureFitsIntoAnOrdinaryTerminal() {
    try (DemoScreen screen = new LiveScreen(out, 100, true)) {
      screen.show(frame(20));
    }
    List<String> lines = withoutEscapes().lines().toList();
    assertThat(lines).hasSizeLessThan(24);
    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(79));
  }

  @Test
  void nextPictureReplacesTheLastOne() {
    try (DemoScreen screen = new LiveScreen(out, 100, true)) {
      screen.show(frame(3));
      long lines = shown.toString().chars().filter(c -> c == '\n').count();
      shown.getBuffer().setLength(0);
      screen.show(frame(3));
      assertThat(shown.toString()).startsWith("\u001b[" + lines + "A");
    }
  }

  @Test
  void pictureTellsHealthRatesAndFailures() {
    try (DemoScreen screen = new LiveScreen(out, 100, true)) {
      screen.show(frame(1));
    }
    assertThat(withoutEscapes())
        .contains("requests 1,502", "failed 2", "slowest 261 ms")
        .containsPattern("z1 +3/3 UP +█{40} +100/s +1,000")
        .containsPattern("z2 +0/3 DOWN +·{40} +0/s +400")
        .containsPattern("z3 +2/3 UP avoided +█{20}·{20} +50/s +100")
        .containsPattern("icr.io:8443 +127.20.0.7 +700");
  }

  @Test
  void barsAreAsciiWhereTheTerminalHasNothingElse() {
    try (DemoScreen screen = new LiveScreen(out, 100, false)) {
      screen.show(frame(1));
    }
    assertThat(withoutEscapes()).containsPattern("z3 +2/3 UP avoided +#{20}\\.{20} +50/s");
  }

  @Test
  void terminalGetsItsCursorBack() {
    LiveScreen screen = new LiveScreen(out, 100, true);
    assertThat(shown.toString()).endsWith("\u001b[?25l");
    screen.close();
    assertThat(shown.toString()).endsWith("\u001b[?25h");
  }

  @Test
  void plainScreenWritesEachHappeningOnceAndOneLineASecond() {
    try (DemoScreen screen = new PlainScreen(out)) {
      screen.show(frame(1));
      screen.show(frame(2));
    }
    assertThat(shown.toString().lines())
        .containsExactly(
            "00:00.0 ! happening 0",
            "00:14.2    1502 requests, 2 failed | z1 100/s 3/3 UP | z2   0/s 0/3 DOWN"
                + " | z3  50/s 2/3 UP avoided",
            "00:01.5   happening 1");
    assertThat(shown.toString()).doesNotContain("\u001b");
  }

  private String withoutEscapes() {
    return shown.toString().replaceAll("\u001b\\[[?0-9]*[a-zA-Z]", "");
  }

  private static DemoFrame frame(int happenings) {
    List<Happening> happened = new ArrayList<>();
    for (int i = 0; i < happenings; i++) {
      Kind kind = i % 2 == 0 ? Kind.CAUSE : Kind.EFFECT;
      happened.add(
          new Happening(
              Duration.ofMillis(1500L * i), kind, i == 19 ? "long ".repeat(40) : "happening " + i));
    }
    DemoTarget icr = new DemoTarget("icr.io", 8443);
    DemoTarget cp = new DemoTarget("cp.icr.io", 4443);
    DemoTally.Count count =
        new DemoTally.Count(
            1500, 2, Duration.ofMillis(261), Map.of(), Map.of(), List.of("one", "two"));
    return new DemoFrame(
        Duration.ofMillis(14_250),
        Duration.ofSeconds(30),
        count,
        12,
        List.of(
            new ZoneRow("z1", "3/3 UP", Use.USED, 100, 1000),
            new ZoneRow("z2", "0/3 DOWN", Use.DOWN, 0, 400),
            new ZoneRow("z3", "2/3 UP", Use.AVOIDED, 50, 100)),
        List.of(
            new TargetRow(icr, "127.20.0.7", 700),
            new TargetRow(cp, "127.20.0.7", 300),
            new TargetRow(icr, "127.20.0.7", 300),
            new TargetRow(icr, "127.20.0.7", 300),
            new TargetRow(icr, "127.20.0.7", 200)),
        happened);
  }
}
