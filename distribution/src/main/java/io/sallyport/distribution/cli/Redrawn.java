package io.sallyport.distribution.cli;

import java.util.ArrayList;
import java.util.List;

/** Lines on a terminal that are drawn again in their place. */
final class Redrawn {
  private static final String CLEAR_TO_END_OF_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";
  private static final String WRAP_OFF = "\u001b[?7l";
  private static final String WRAP_ON = "\u001b[?7h";

  private final Terminal terminal;
  private int drawn;

  Redrawn(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Draws them, as many as there is room for. */
  void show(List<String> all) {
    int room = terminal.size().rows() - 2;
    List<String> lines = new ArrayList<>(all.subList(0, Math.min(all.size(), room)));
    if (all.size() > room) {
      lines.add("… and " + (all.size() - room) + " lines more");
    }
    StringBuilder picture = new StringBuilder(WRAP_OFF);
    if (drawn > 0) {
      picture.append("\u001b[").append(drawn).append('A');
    }
    lines.forEach(line -> picture.append(line).append(CLEAR_TO_END_OF_LINE).append('\n'));
    terminal.out().print(picture.append(CLEAR_BELOW).append(WRAP_ON));
    terminal.out().flush();
    drawn = lines.size();
  }
}
