package io.sallyport.distribution.log;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import io.sallyport.distribution.json.JsonText;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/** One JSON object for each line; numbers and booleans are written as such. */
final class JsonLines implements LogLines {
  @Override
  public void append(StringBuilder out, LogLine line) {
    out.append("{\"time\":\"");
    TIME.formatTo(line.time(), out);
    out.append("\",\"level\":\"").append(line.level().toString().toLowerCase(Locale.ROOT));
    out.append("\",\"message\":");
    JsonText.quoted(out, line.message());
    for (KeyValuePair field : line.fields()) {
      key(out, field.key);
      value(out, field.value);
    }
    if (line.foreign()) {
      key(out, "logger");
      JsonText.quoted(out, line.logger());
    }
    IThrowableProxy fault = line.fault();
    if (fault != null) {
      key(out, "fault");
      JsonText.quoted(out, LogLine.summary(fault));
      key(out, "stack");
      JsonText.quoted(out, ThrowableProxyUtil.asString(fault).stripTrailing());
    }
    out.append("}\n");
  }

  private static void key(StringBuilder out, String key) {
    out.append(',');
    JsonText.quoted(out, key);
    out.append(':');
  }

  private static void value(StringBuilder out, Object value) {
    switch (value) {
      case Integer number -> out.append(number);
      case Long number -> out.append(number);
      case Boolean flag -> out.append(flag);
      case null, default -> JsonText.quoted(out, String.valueOf(value));
    }
  }
}
