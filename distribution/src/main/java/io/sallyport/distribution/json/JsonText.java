package io.sallyport.distribution.json;

/**
 * Texts as JSON writes them (RFC 8259).
 *
 * @since 0.1
 */
public final class JsonText {
  private static final String HEX = "0123456789abcdef";

  private JsonText() {}

  /** Appends a text in quotes, with everything escaped that has to be. */
  public static void quoted(StringBuilder out, String text) {
    out.append('"');
    escaped(out, text);
    out.append('"');
  }

  /** Appends a text without quotes, with everything escaped that has to be between them. */
  public static void escaped(StringBuilder out, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || c == 0x7f || (Character.isSurrogate(c) && !paired(text, i))) {
            out.append("\\u")
                .append(HEX.charAt(c >> 12 & 15))
                .append(HEX.charAt(c >> 8 & 15))
                .append(HEX.charAt(c >> 4 & 15))
                .append(HEX.charAt(c & 15));
          } else {
            out.append(c);
          }
        }
      }
    }
  }

  /** Half a surrogate pair has no form in UTF-8. */
  private static boolean paired(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at))
        ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
        : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
  }
}
