package io.sallyport.distribution.cli;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import picocli.CommandLine;

/**
 * Where a command writes, and who reads it.
 *
 * @param out for what was asked
 * @param err for what is wrong
 * @param json whether a program reads it
 * @param person whether a person sits at it
 * @param paint colours it
 * @param size how large it is
 */
record Terminal(
    PrintWriter out, PrintWriter err, boolean json, boolean person, Paint paint, Size size) {
  private static final Size USUAL = new Size(24, 120);
  private static final int SMALLEST = 4;
  private static final Pattern SIZE = Pattern.compile("\\d{1,4} \\d{1,4}");

  /** How large a terminal is, in characters. */
  record Size(int rows, int columns) {}

  static Terminal of(CommandLine line, boolean json) {
    Map<String, String> environment = System.getenv();
    boolean person = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    return new Terminal(
        line.getOut(),
        line.getErr(),
        json,
        person && !json,
        Paint.of(person && !json, environment),
        person && !json ? measured().orElse(USUAL) : USUAL);
  }

  /** Tells what is wrong. */
  void wrong(String what) {
    err.println("sallyport: " + what);
    err.flush();
  }

  /** Tells a line of what was asked. */
  void line(String text) {
    out.println(text);
    out.flush();
  }

  /** Asks the person at it; anything but yes is no. */
  boolean confirmed(String question) {
    String said =
        Optional.ofNullable(System.console())
            .map(console -> console.readLine("%s [y/N] ", question))
            .map(answer -> answer.strip().toLowerCase(Locale.ROOT))
            .orElse("");
    return said.equals("y") || said.equals("yes");
  }

  private static Optional<Size> measured() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
        return Optional.empty();
      }
      String size =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      return SIZE.matcher(size).matches() ? size(size) : Optional.empty();
    } catch (IOException none) {
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static Optional<Size> size(String written) {
    int blank = written.indexOf(' ');
    int rows = Integer.parseInt(written.substring(0, blank));
    int columns = Integer.parseInt(written.substring(blank + 1));
    return rows < SMALLEST || columns < SMALLEST
        ? Optional.empty()
        : Optional.of(new Size(rows, columns));
  }
}
