package io.sallyport.distribution.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One pass over a catalog's text, which finds where its services begin and end, and gives up where
 * that is not certain.
 */
final class CatalogCut {
  private static final String KEY = CatalogReader.SERVICES;

  private final String text;
  private final List<String> ids = new ArrayList<>();
  private final Set<String> known = new HashSet<>();
  private int[] starts = new int[16];
  private int[] ends = new int[16];
  private int at;
  private int closes;
  private Optional<CatalogLanding> landing = Optional.empty();
  private int joined = -1;

  /** Begins at the beginning. */
  CatalogCut(String text) {
    this.text = text;
  }

  /** Begins where a service does. */
  CatalogCut(String text, int at, CatalogLanding landing) {
    this(text);
    this.at = at;
    this.landing = Optional.of(landing);
  }

  /** How far it has come. */
  int at() {
    return at;
  }

  /** Where the brace is that closes the services. */
  int closes() {
    return closes;
  }

  /** Which of the landing's services it has come to; -1 when it went to the end. */
  int joined() {
    return joined;
  }

  List<String> ids() {
    return ids;
  }

  int[] starts() {
    return Arrays.copyOf(starts, ids.size());
  }

  int[] ends() {
    return Arrays.copyOf(ends, ids.size());
  }

  private void add(String id, int start, int end) {
    int count = ids.size();
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
      ends = Arrays.copyOf(ends, count * 2);
    }
    ids.add(id);
    starts[count] = start;
    ends[count] = end;
  }

  /** To behind the brace that opens the services; where that is, or -1. */
  int opens() {
    while (true) {
      blank();
      if (at == text.length()) {
        return -1;
      }
      if (text.startsWith(KEY, at) && opensBehind(at + KEY.length())) {
        return at++;
      }
      if (!line()) {
        return -1;
      }
    }
  }

  /**
   * Past the services, to behind the brace that closes them or to where the pass may end; whether
   * all of them could be cut.
   */
  boolean services() {
    while (true) {
      int commas = blank();
      // One behind a service may be; more, or one before the first, is for the reader to refuse.
      if (at == text.length() || commas > Math.min(ids.size(), 1)) {
        return false;
      }
      int start = at;
      int line = text.lastIndexOf('\n', start) + 1;
      if (landing.isPresent()) {
        joined = landing.get().at(at, line);
        if (joined >= 0) {
          return true;
        }
      }
      if (text.charAt(at) == '}') {
        closes = at++;
        return over();
      }
      String id = id();
      if (id.isEmpty()
          || text.substring(line, start).indexOf('}') >= 0
          || !opensBehind(at)
          || !braces()
          || !over()
          || !known.add(id)) {
        return false;
      }
      add(id, start, at);
    }
  }

  /** A plain word or a quoted one without escapes; empty for anything else. */
  private String id() {
    int start = at;
    if (text.charAt(at) == '"') {
      int end = text.indexOf('"', at + 1);
      String id = end < 0 ? "" : text.substring(at + 1, end);
      at = end + 1;
      return id.indexOf('\\') < 0 && id.indexOf('\n') < 0 ? id : "";
    }
    while (at < text.length() && plain(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean plain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  /** Whether an object begins behind a key; moves to its brace if it does. */
  private boolean opensBehind(int key) {
    int here = spaces(key);
    if (here < text.length() && (text.charAt(here) == '=' || text.charAt(here) == ':')) {
      here = spaces(here + 1);
    }
    if (here == text.length() || text.charAt(here) != '{') {
      return false;
    }
    at = here;
    return true;
  }

  /** Whether nothing follows in the line that would go on with a value. */
  private boolean over() {
    int here = spaces(at);
    return here == text.length()
        || "\n\r,}#".indexOf(text.charAt(here)) >= 0
        || text.startsWith("//", here);
  }

  private int spaces(int from) {
    int here = from;
    while (here < text.length() && (text.charAt(here) == ' ' || text.charAt(here) == '\t')) {
      here++;
    }
    return here;
  }

  /** Past blanks, separators and comments; how many commas there were. */
  private int blank() {
    int commas = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ' ' || c == '\n' || c == '\t' || c == ',' || c == '\r') {
        commas += c == ',' ? 1 : 0;
        at++;
      } else if (!comment()) {
        break;
      }
    }
    return commas;
  }

  private boolean comment() {
    if (text.charAt(at) != '#' && !text.startsWith("//", at)) {
      return false;
    }
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
    return true;
  }

  /** Past the rest of a line, and of the brackets that it opens. */
  private boolean line() {
    while (at < text.length() && text.charAt(at) != '\n') {
      char c = text.charAt(at);
      if (c == '{' || c == '[') {
        if (!braces()) {
          return false;
        }
      } else if (c == '}' || c == ']' || !inside(c)) {
        return false;
      }
    }
    return true;
  }

  /** From an opening bracket to behind the one that closes it. */
  private boolean braces() {
    int depth = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '{' || c == '[') {
        depth++;
        at++;
      } else if (c == '}' || c == ']') {
        depth--;
        at++;
        if (depth == 0) {
          return true;
        }
      } else if (!inside(c)) {
        return false;
      }
    }
    return false;
  }

  /** Past one character, quoted text or comment; false where the text cannot be cut. */
  private boolean inside(char c) {
    if (c == '"') {
      return quoted();
    }
    if (c == '$') {
      return false;
    }
    if ((c != '#' && c != '/') || !comment()) {
      at++;
    }
    return true;
  }

  private boolean quoted() {
    if (text.startsWith("\"\"\"", at)) {
      return false;
    }
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      if (text.charAt(at) == '\n') {
        return false;
      }
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    at++;
    return at <= text.length();
  }
}
