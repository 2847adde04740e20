package io.sallyport.distribution.demo;

import io.sallyport.distribution.demo.DemoFrame.Happening;
import io.sallyport.distribution.demo.DemoFrame.TargetRow;
import io.sallyport.distribution.demo.DemoFrame.ZoneRow;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One picture, drawn again in its place: at most 78 columns and 23 lines, ANSI escapes. */
final class LiveScreen implements DemoScreen {
  private static final int BAR = 40;
  private static final int HAPPENINGS = 8;
  private static final int HAPPENING = 68;
  private static final String TARGET = "%-16s %-11s %8s";
  private static final String BETWEEN = "    ";

  private static final String ESCAPE = "\u001b[";
  private static final String HIDE_CURSOR = ESCAPE + "?25l";
  private static final String SHOW_CURSOR = ESCAPE + "?25h";
  private static final String CLEAR_TO_END_OF_LINE = ESCAPE + "K";
  private static final String CLEAR_BELOW = ESCAPE + "J";

  private final PrintWriter out;
  private final long fullBar;
  private final String full;
  private final String empty;
  private int drawn;

  /**
   * Takes the terminal until it is closed.
   *
   * @param fullBar the answers each second that fill a zone's bar
   * @param blocks whether the terminal can show more than ASCII
   */
  LiveScreen(PrintWriter out, long fullBar, boolean blocks) {
    this.out = out;
    this.fullBar = fullBar;
    this.full = blocks ? "█" : "#";
    this.empty = blocks ? "·" : ".";
    out.print(HIDE_CURSOR);
    out.flush();
  }

  @Override
  public void show(DemoFrame frame) {
    List<String> lines = new ArrayList<>();
    head(frame, lines);
    zones(frame, lines);
    targets(frame, lines);
    happenings(frame, lines);
    StringBuilder picture = new StringBuilder();
    if (drawn > 0) {
      picture.append(ESCAPE).append(drawn).append('A');
    }
    for (String line : lines) {
      picture.append(line).append(CLEAR_TO_END_OF_LINE).append('\n');
    }
    out.print(picture.append(CLEAR_BELOW));
    out.flush();
    drawn = lines.size();
  }

  @Override
  public void tell(String line) {
    out.println(line);
    out.flush();
    drawn = 0;
  }

  @Override
  public void close() {
    out.print(SHOW_CURSOR);
    out.flush();
  }

  private static void head(DemoFrame frame, List<String> lines) {
    lines.add(
        Style.BOLD.of("Sallyport")
            + " demo: public names through loopback to healthy zones  "
            + clock(frame.elapsed())
            + Style.DIM.of(" of " + clock(frame.length())));
    lines.add("");
    String failed = "failed " + frame.count().failed();
    lines.add(
        String.format(
            Locale.ROOT,
            "requests %,d     %s     moved on while connecting %,d     slowest %d ms",
            frame.count().requests(),
            frame.count().failed() == 0 ? Style.GREEN.of(failed) : Style.RED.of(failed),
            frame.moved(),
            frame.count().slowest().toMillis()));
    lines.add("");
  }

  private void zones(DemoFrame frame, List<String> lines) {
    lines.add(
        Style.DIM.of(
            String.format(
                Locale.ROOT, "%-5s %-17s %-45s %8s", "zone", "health", "last second", "requests")));
    for (ZoneRow zone : frame.zones()) {
      Style style =
          switch (zone.use()) {
            case USED -> Style.GREEN;
            case AVOIDED -> Style.YELLOW;
            case DOWN -> Style.RED;
          };
      String state =
          switch (zone.use()) {
            case USED, DOWN -> zone.health();
            case AVOIDED -> zone.health() + " avoided";
          };
      int filled = (int) Math.min(BAR, Math.ceilDiv(zone.perSecond() * BAR, fullBar));
      String bar = style.of(full.repeat(filled)) + Style.DIM.of(empty.repeat(BAR - filled));
      lines.add(
          String.format(Locale.ROOT, "%-5s ", zone.name())
              + style.of(String.format(Locale.ROOT, "%-16s", state))
              + " "
              + bar
              + String.format(Locale.ROOT, "%4d/s %7s", zone.perSecond(), grouped(zone.total())));
    }
    lines.add("");
  }

  /** Two columns, so that all fits into a small terminal. */
  private static void targets(DemoFrame frame, List<String> lines) {
    String title = String.format(Locale.ROOT, TARGET, "name", "leads to", "requests");
    lines.add(Style.DIM.of(title + BETWEEN + title));
    List<TargetRow> rows = frame.targets();
    int height = Math.ceilDiv(rows.size(), 2);
    for (int i = 0; i < height; i++) {
      String line = target(rows.get(i));
      lines.add(i + height < rows.size() ? line + BETWEEN + target(rows.get(i + height)) : line);
    }
    lines.add("");
  }

  private static String target(TargetRow row) {
    return String.format(
        Locale.ROOT,
        TARGET,
        row.target().name() + ":" + row.target().port(),
        row.address(),
        grouped(row.total()));
  }

  private static void happenings(DemoFrame frame, List<String> lines) {
    List<Happening> all = frame.happenings();
    for (Happening happening : all.subList(Math.max(0, all.size() - HAPPENINGS), all.size())) {
      String cut = cut(happening.text());
      String text =
          switch (happening.kind()) {
            case CAUSE -> Style.BOLD.of(cut);
            case EFFECT -> "  " + cut;
          };
      lines.add(Style.DIM.of(clock(happening.at())) + "  " + text);
    }
  }

  /** A line that wraps would spoil the next picture. */
  private static String cut(String text) {
    return text.length() <= HAPPENING ? text : text.substring(0, HAPPENING - 1) + "…";
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String clock(Duration at) {
    return String.format(Locale.ROOT, "%02d:%02d", at.toMinutes(), at.toSecondsPart());
  }

  /** ANSI's select graphic rendition. */
  private enum Style {
    BOLD(1),
    DIM(2),
    RED(31),
    GREEN(32),
    YELLOW(33);

    private final int code;

    Style(int code) {
      this.code = code;
    }

    String of(String text) {
      return ESCAPE + code + "m" + text + ESCAPE + "0m";
    }
  }
}
