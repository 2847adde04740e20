package io.sallyport.distribution.cli;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON of maps, lists, texts, numbers and booleans, the members of objects in the given order. */
final class JsonText {
  private JsonText() {}

  /** Members of an object, as alternating keys and values. */
  static Map<String, Object> members(Object... keysAndValues) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      members.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
    }
    return members;
  }

  /** An object, as alternating keys and values. */
  static String object(Object... keysAndValues) {
    return of(members(keysAndValues));
  }

  /** A value. */
  static String of(Object value) {
    StringBuilder text = new StringBuilder();
    switch (value) {
      case Map<?, ?> members -> {
        text.append('{');
        members.forEach((key, member) ->
            text.append(text.length() > 1 ? "," : "")
                .append(of(String.valueOf(key)))
                .append(':')
                .append(of(member)));
        text.append('}');
      }
      case List<?> items -> {
        text.append('[');
        items.forEach(item -> text.append(text.length() > 1 ? "," : "").append(of(item)));
        text.append(']');
      }
      default ->
          text.append(ConfigValueFactory.fromAnyRef(value).render(ConfigRenderOptions.concise()));
    }
    return text.toString();
  }
}
