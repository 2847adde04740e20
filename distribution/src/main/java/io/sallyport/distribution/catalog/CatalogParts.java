package io.sallyport.distribution.catalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A catalog's text, cut into its services, each of which can be parsed alone.
 *
 * @param text the whole text
 * @param rest the text without the services, with an empty object in their place
 * @param services in the order of the text
 */
record CatalogParts(String text, String rest, List<Part> services) {
  /** Copies the list. */
  CatalogParts {
    services = List.copyOf(services);
  }

  /**
   * A service's part of the text: key, braces and what is between them.
   *
   * @param start where it begins
   * @param end behind its last character
   */
  record Part(String id, int start, int end) {}

  /** A part's text. */
  String text(Part part) {
    return text.substring(part.start(), part.end());
  }

  /** Whether a part reads like that; makes no copy. */
  boolean reads(Part part, String like) {
    return like.length() == part.end() - part.start() && text.startsWith(like, part.start());
  }

  /**
   * Cuts a text. Empty where that is not certain to mean the same as reading it whole: a
   * substitution, a service that is not written as an id and one pair of braces on lines of its
   * own, the services in several pieces, a bracket too many or too few.
   */
  static Optional<CatalogParts> of(String text) {
    return new Cut(text).parts();
  }

  /** One pass over a text. */
  private static final class Cut {
    private static final String KEY = CatalogReader.SERVICES;

    private final String text;
    private final List<Part> services = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private int at;

    Cut(String text) {
      this.text = text;
    }

    Optional<CatalogParts> parts() {
      int opens = -1;
      while (opens < 0) {
        blank();
        if (at == text.length()) {
          return Optional.empty();
        }
        if (text.startsWith(KEY, at) && opensBehind(at + KEY.length())) {
          opens = at;
        } else if (!line()) {
          return Optional.empty();
        }
      }
      at++;
      if (!services()) {
        return Optional.empty();
      }
      String rest = text.substring(0, opens) + "{}" + text.substring(at);
      // What is left is parsed whole, but a substitution in it might lead to what is cut out.
      return rest.contains("${")
          ? Optional.empty()
          : Optional.of(new CatalogParts(text, rest, services));
    }

    /** Behind the brace that opens the services, to behind the one that closes them. */
    private boolean services() {
      while (true) {
        blank();
        if (at == text.length()) {
          return false;
        }
        if (text.charAt(at) == '}') {
          at++;
          return over();
        }
        int start = at;
        String id = id();
        int line = text.lastIndexOf('\n', start);
        if (id.isEmpty()
            || text.substring(line + 1, start).indexOf('}') >= 0
            || !opensBehind(at)
            || !braces()
            || !over()
            || !ids.add(id)) {
          return false;
        }
        services.add(new Part(id, start, at));
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

    /** Past blanks, separators and comments. */
    private void blank() {
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c == ' ' || c == '\n' || c == '\t' || c == ',' || c == '\r') {
          at++;
        } else if (!comment()) {
          return;
        }
      }
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
}
