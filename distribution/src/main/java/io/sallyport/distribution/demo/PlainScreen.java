package io.sallyport.distribution.demo;

import io.sallyport.distribution.demo.DemoFrame.Happening;
import io.sallyport.distribution.demo.DemoFrame.Use;
import io.sallyport.distribution.demo.DemoFrame.ZoneRow;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Lines that only ever follow each other: one each second, and one for each happening. */
final class PlainScreen implements DemoScreen {
  private final PrintWriter out;
  private long lastSecond = -1;
  private int told;

  PlainScreen(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void show(DemoFrame frame) {
    while (told < frame.happenings().size()) {
      Happening happening = frame.happenings().get(told++);
      String mark =
          switch (happening.kind()) {
            case CAUSE -> "! ";
            case EFFECT -> "  ";
          };
      out.println(clock(happening.at()) + " " + mark + happening.text());
    }
    if (frame.elapsed().toSeconds() != lastSecond) {
      lastSecond = frame.elapsed().toSeconds();
      out.println(line(frame));
    }
    out.flush();
  }

  @Override
  public void tell(String line) {
    out.println(line);
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }

  private static String line(DemoFrame frame) {
    StringBuilder line = new StringBuilder(clock(frame.elapsed()));
    line.append(
        String.format(
            Locale.ROOT,
            "   %5d requests, %d failed",
            frame.count().requests(),
            frame.count().failed()));
    for (ZoneRow zone : frame.zones()) {
      String use = zone.use() == Use.AVOIDED ? " avoided" : "";
      line.append(
          String.format(
              Locale.ROOT, " | %s %3d/s %s%s", zone.name(), zone.perSecond(), zone.health(), use));
    }
    return line.toString();
  }

  private static String clock(Duration at) {
    return String.format(
        Locale.ROOT, "%02d:%02d.%d", at.toMinutes(), at.toSecondsPart(), at.toMillisPart() / 100);
  }
}
