package io.sallyport.distribution.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A look at HOCON's text for what its parser does not tell: keys that stand twice in one object,
 * where include statements are, and how deep it nests. It takes any text; what is wrong with it is
 * the parser's to say.
 */
final class HoconText {
  /**
   * A key that stands twice.
   *
   * @param path the path of the key, one element each
   * @param first the line of the first one
   * @param line the line of the later one
   * @param object whether both are written as objects, which merge; else the later one wins
   */
  record Repeat(List<String> path, int first, int line, boolean object) {}

  /**
   * An include statement.
   *
   * @param line its line
   * @param text its text
   */
  record Include(int line, String text) {}

  /**
   * A bracket without its partner.
   *
   * @param line its line
   * @param message what is wrong with it
   */
  record Unpaired(int line, String message) {}

  private static final String LIST_ITEM = "[]";

  private final String text;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private final Map<List<String>, Integer> objects = new HashMap<>();
  private final List<Repeat> repeats = new ArrayList<>();
  private final List<Include> includes = new ArrayList<>();
  private final int mostDeep;
  private int at;
  private int line = 1;
  private int tooDeepAt;
  private @Nullable Unpaired unpaired;

  private HoconText(String text, int mostDeep) {
    this.text = text;
    this.mostDeep = mostDeep;
  }

  /** Looks through a text once. */
  static HoconText of(String text, int mostDeep) {
    HoconText looked = new HoconText(text, mostDeep);
    looked.look();
    return looked;
  }

  List<Repeat> repeats() {
    return repeats;
  }

  List<Include> includes() {
    return includes;
  }

  /** The first bracket without its partner, told with its line; empty when all have one. */
  Optional<Unpaired> unpaired() {
    return Optional.ofNullable(unpaired);
  }

  /** The line of the first bracket that opens one level too many; 0 when there is none. */
  int tooDeepAt() {
    return tooDeepAt;
  }

  /** An object or list that is open. */
  private static final class Frame {
    final boolean list;
    final int line;
    final List<String> path;
    final Map<String, Integer> plain = new HashMap<>();
    @Nullable String key;
    int keyLine;
    boolean adds;
    boolean plainValue;
    boolean substitution;
    boolean braces;

    Frame(boolean list, int line, List<String> path) {
      this.list = list;
      this.line = line;
      this.path = path;
    }

    void start(String written, int where, boolean plus) {
      key = written;
      keyLine = where;
      adds = plus;
      plainValue = false;
      substitution = false;
      braces = false;
    }
  }

  private void look() {
    frames.push(new Frame(false, line, List.of()));
    while (at < text.length() && tooDeepAt == 0) {
      Frame frame = frames.element();
      if (!frame.list && frame.key == null) {
        key(frame);
      } else {
        value(frame);
      }
    }
    if (frames.size() == 1) {
      end(frames.element());
    } else if (unpaired == null && tooDeepAt == 0) {
      Frame open = frames.element();
      unpaired = new Unpaired(open.line, "the " + bracket(open) + " is never closed");
    }
  }

  /** In an object, in front of a key. */
  private void key(Frame frame) {
    char c = text.charAt(at);
    if (c == '}' || c == ']') {
      at++;
      close(c);
    } else if (c == '{') {
      // The braces around a whole file, or a stray one.
      at++;
      open(new Frame(false, line, frame.path));
    } else if (c == ',' || Character.isWhitespace(c)) {
      step();
    } else if (!comment()) {
      int start = at;
      int where = line;
      while (at < text.length() && "=:{}\n,".indexOf(text.charAt(at)) < 0 && !plusEquals()) {
        if (text.charAt(at) == '"') {
          quoted();
        } else {
          step();
        }
      }
      String written = text.substring(start, at).strip();
      if (at < text.length() && "}\n,".indexOf(text.charAt(at)) < 0) {
        boolean plus = text.charAt(at) == '+';
        at += plus ? 2 : text.charAt(at) == '{' ? 0 : 1;
        frame.start(written, where, plus);
        blank();
      } else if (written.startsWith("include")) {
        includes.add(new Include(where, written));
      }
    }
  }

  /** In a list, or in an object behind a key. */
  private void value(Frame frame) {
    char c = text.charAt(at);
    if (c == '{') {
      at++;
      frame.braces = true;
      open(new Frame(false, line, inner(frame)));
    } else if (c == '[') {
      at++;
      frame.plainValue = true;
      open(new Frame(true, line, inner(frame)));
    } else if (c == '}' || c == ']') {
      at++;
      close(c);
    } else if (c == '\n' || c == ',') {
      step();
      end(frame);
    } else if (c == '"') {
      frame.plainValue = true;
      quoted();
    } else if (text.startsWith("${", at)) {
      frame.substitution = true;
      while (at < text.length() && text.charAt(at) != '}' && text.charAt(at) != '\n') {
        at++;
      }
      if (at < text.length() && text.charAt(at) == '}') {
        at++;
      }
    } else if (!comment()) {
      frame.plainValue |= !Character.isWhitespace(c);
      at++;
    }
  }

  private void open(Frame frame) {
    if (frames.size() > mostDeep) {
      tooDeepAt = line;
      return;
    }
    frames.push(frame);
  }

  private static String bracket(Frame frame) {
    return frame.list ? "[" : "{";
  }

  private void close(char bracket) {
    Frame frame = frames.element();
    end(frame);
    if (unpaired == null && frames.size() == 1) {
      unpaired = new Unpaired(line, "the " + bracket + " closes nothing");
    } else if (unpaired == null && frame.list != (bracket == ']')) {
      String message =
          "the " + bracket + " closes the " + bracket(frame) + " of line " + frame.line;
      unpaired = new Unpaired(line, message);
    }
    if (frames.size() > 1) {
      frames.pop();
    }
  }

  /** The value of the frame's key is over. */
  private void end(Frame frame) {
    String key = frame.key;
    frame.key = null;
    if (key == null || frame.adds || (frame.path.contains(LIST_ITEM) && frame.braces)) {
      return;
    }
    if (frame.braces && !frame.plainValue) {
      List<String> path = path(frame.path, key);
      Integer first = objects.putIfAbsent(path, frame.keyLine);
      if (first != null && !frame.substitution) {
        repeats.add(new Repeat(path, first, frame.keyLine, true));
      }
    } else if (frame.plainValue || frame.substitution) {
      // A later value with a substitution is HOCON's way of letting something else override.
      Integer first = frame.plain.putIfAbsent(key, frame.keyLine);
      if (first != null && !frame.substitution) {
        repeats.add(new Repeat(path(frame.path, key), first, frame.keyLine, false));
      }
    }
  }

  private static List<String> inner(Frame frame) {
    return frame.key == null ? path(frame.path, LIST_ITEM) : path(frame.path, frame.key);
  }

  private static List<String> path(List<String> path, String key) {
    List<String> whole = new ArrayList<>(path);
    boolean simple = key.indexOf('.') < 0 && key.indexOf('"') < 0;
    try {
      whole.addAll(simple ? List.of(key) : ConfigUtil.splitPath(key));
    } catch (ConfigException notAPath) {
      whole.add(key);
    }
    return List.copyOf(whole);
  }

  private boolean plusEquals() {
    return text.startsWith("+=", at);
  }

  private void step() {
    if (text.charAt(at) == '\n') {
      line++;
    }
    at++;
  }

  /** Blanks and line ends between a separator and its value. */
  private void blank() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      step();
    }
  }

  private boolean comment() {
    if (text.charAt(at) != '#' && !text.startsWith("//", at)) {
      return false;
    }
    while (at < text.length() && text.charAt(at) != '\n') {
      at++;
    }
    return true;
  }

  private void quoted() {
    if (text.startsWith("\"\"\"", at)) {
      at += 3;
      while (at < text.length() && !text.startsWith("\"\"\"", at)) {
        step();
      }
      while (at < text.length() && text.charAt(at) == '"') {
        at++;
      }
      return;
    }
    at++;
    while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
      at +=
          text.charAt(at) == '\\' && at + 1 < text.length() && text.charAt(at + 1) != '\n' ? 2 : 1;
    }
    if (at < text.length() && text.charAt(at) == '"') {
      at++;
    }
  }
}
