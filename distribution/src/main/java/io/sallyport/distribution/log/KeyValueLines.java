package io.sallyport.distribution.log;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import io.sallyport.distribution.json.JsonText;
import org.slf4j.event.KeyValuePair;

/** Time, level, message, and {@code key=value} pairs whose values are quoted where they need it. */
final class KeyValueLines implements LogLines {
  private static final int LEVEL_WIDTH = 5;

  @Override
  public void append(StringBuilder out, LogLine line) {
    if (line.logger().equals(LogLine.HAPROXY)) {
      message(out, line.message());
      out.append('\n');
      return;
    }
    TIME.formatTo(line.time(), out);
    String level = line.level().toString();
    out.append(' ').append(level).repeat(' ', Math.max(1, LEVEL_WIDTH + 1 - level.length()));
    message(out, line.message());
    for (KeyValuePair field : line.fields()) {
      pair(out, field.key, String.valueOf(field.value));
    }
    if (line.foreign()) {
      pair(out, "logger", line.logger());
    }
    IThrowableProxy fault = line.fault();
    if (fault != null) {
      pair(out, "fault", LogLine.summary(fault));
      out.append('\n').append(ThrowableProxyUtil.asString(fault).stripTrailing());
    }
    out.append('\n');
  }

  /** A line must stay one line, whatever was logged. */
  private static void message(StringBuilder out, String message) {
    for (int i = 0; i < message.length(); i++) {
      if (message.charAt(i) < ' ') {
        JsonText.escaped(out, message);
        return;
      }
    }
    out.append(message);
  }

  private static void pair(StringBuilder out, String key, String value) {
    out.append(' ').append(key).append('=');
    if (bare(value)) {
      out.append(value);
    } else {
      JsonText.quoted(out, value);
    }
  }

  private static boolean bare(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f || Character.isSurrogate(c)) {
        return false;
      }
    }
    return !value.isEmpty();
  }
}
