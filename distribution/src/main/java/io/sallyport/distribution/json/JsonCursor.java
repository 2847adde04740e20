package io.sallyport.distribution.json;

/** A place in a JSON text (RFC 8259), moving forward. */
final class JsonCursor {
  private static final int MOST_DEEP = 64;

  private final String text;
  private int at;

  JsonCursor(String text) {
    this.text = text;
  }

  IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        "not the JSON that was expected, at character " + at + ": " + what);
  }

  /** Moves past a character, which must be the next one but for blanks. */
  void expect(char c) {
    if (next() != c) {
      throw wrong("'" + c + "' is missing");
    }
    at++;
  }

  /**
   * Moves to the next element of an object or a list, or past its end.
   *
   * @param some whether an element has been read already
   * @return true at the end
   */
  boolean closes(char end, boolean some) {
    if (next() == end) {
      at++;
      return true;
    }
    if (some) {
      expect(',');
    }
    return false;
  }

  /** Nothing but blanks may follow. */
  void end() {
    while (at < text.length()) {
      if (!blank(text.charAt(at))) {
        throw wrong("more follows");
      }
      at++;
    }
  }

  /** A text; control characters become question marks. */
  String text() {
    expect('"');
    int start = at;
    while (at < text.length() && !control(text.charAt(at))) {
      char c = text.charAt(at);
      if (c == '"') {
        return text.substring(start, at++);
      }
      if (c == '\\') {
        break;
      }
      at++;
    }
    StringBuilder unescaped = new StringBuilder(text.substring(start, at));
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return unescaped.toString();
      }
      char plain = c == '\\' ? escaped() : c;
      unescaped.append(control(plain) ? '?' : plain);
    }
    throw wrong("a text does not end");
  }

  private char escaped() {
    if (at >= text.length()) {
      throw wrong("a text does not end");
    }
    char c = text.charAt(at++);
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case '"', '\\', '/' -> c;
      case 'u' -> {
        if (at + 4 > text.length()) {
          throw wrong("an escape does not end");
        }
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(text.charAt(at++), 16);
          if (digit < 0) {
            throw wrong("an escape is not hexadecimal");
          }
          code = 16 * code + digit;
        }
        yield (char) code;
      }
      default -> throw wrong("'" + c + "' cannot be escaped");
    };
  }

  /** A whole number. */
  long number() {
    int start = next() == '-' ? at++ : at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    try {
      return Long.parseLong(text, start, at, 10);
    } catch (NumberFormatException notOne) {
      throw wrong("a whole number is missing");
    }
  }

  /** True or false. */
  boolean flag() {
    char c = next();
    String word = c == 't' ? "true" : "false";
    if (!text.startsWith(word, at)) {
      throw wrong("true or false is missing");
    }
    at += word.length();
    return c == 't';
  }

  /** Passes over a value of any kind. */
  void skip() {
    skip(0);
  }

  private void skip(int depth) {
    if (depth > MOST_DEEP) {
      throw wrong("nested too deeply");
    }
    char c = next();
    switch (c) {
      case '"' -> text();
      case '{', '[' -> {
        at++;
        boolean some = false;
        while (!closes(c == '{' ? '}' : ']', some)) {
          some = true;
          if (c == '{') {
            text();
            expect(':');
          }
          skip(depth + 1);
        }
      }
      default -> {
        int start = at;
        while (at < text.length()
            && ",]}".indexOf(text.charAt(at)) < 0
            && !blank(text.charAt(at))) {
          at++;
        }
        if (at == start) {
          throw wrong("a value is missing");
        }
      }
    }
  }

  private char next() {
    while (at < text.length() && blank(text.charAt(at))) {
      at++;
    }
    if (at >= text.length()) {
      throw wrong("it ends too early");
    }
    return text.charAt(at);
  }

  private static boolean control(char c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0);
  }

  private static boolean blank(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }
}
