package io.sallyport.distribution.json;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON and back: an object with a key for each component, named as the component is.
 * Components may be texts, booleans, {@code int}, {@code long}, instants, records, and lists of
 * these; the records must be public and in packages that this module can see.
 *
 * <p>Reading forgives what another version wrote: unknown keys are passed over, missing ones are
 * empty, false or zero.
 *
 * @since 0.1
 */
public final class RecordJson {
  private static final String INDENT = "  ";
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private RecordJson() {}

  /** The record as indented JSON, with a final newline. */
  public static String write(Record value) {
    StringBuilder out = new StringBuilder(1024);
    append(out, value, "\n");
    return out.append('\n').toString();
  }

  /**
   * The record that a text stands for. Control characters come back as question marks, since what
   * is read here ends on people's terminals.
   *
   * @throws IllegalArgumentException when the text is not JSON, or not such a record
   */
  public static <R extends Record> R read(String json, Class<R> type) {
    Map<String, Object> values;
    try {
      values =
          ConfigFactory.parseString(
                  json, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON))
              .root()
              .unwrapped();
    } catch (ConfigException notJson) {
      throw new IllegalArgumentException("not a JSON object: " + notJson.getMessage(), notJson);
    }
    return type.cast(record(values, type));
  }

  private static void append(StringBuilder out, Object value, String newline) {
    switch (value) {
      case Record record -> appendRecord(out, record, newline);
      case List<?> list -> appendList(out, list, newline);
      case Boolean flag -> out.append(flag);
      case Integer number -> out.append(number);
      case Long number -> out.append(number);
      default -> JsonText.quoted(out, value.toString());
    }
  }

  private static void appendRecord(StringBuilder out, Record record, String newline) {
    String inner = newline + INDENT;
    out.append('{');
    boolean first = true;
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      out.append(first ? "" : ",").append(inner);
      first = false;
      JsonText.quoted(out, component.getName());
      out.append(": ");
      append(out, component(record, component), inner);
    }
    out.append(first ? "" : newline).append('}');
  }

  private static void appendList(StringBuilder out, List<?> list, String newline) {
    String inner = newline + INDENT;
    out.append('[');
    boolean first = true;
    for (Object element : list) {
      out.append(first ? "" : ",").append(inner);
      first = false;
      append(out, element, inner);
    }
    out.append(first ? "" : newline).append(']');
  }

  private static Object component(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException fault) {
      throw new IllegalStateException(component + " of " + record.getClass(), fault);
    }
  }

  private static Object record(Map<?, ?> values, Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      arguments[i] = value(values.get(components[i].getName()), components[i].getGenericType());
    }
    try {
      Constructor<?> constructor = type.getConstructor(types);
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException fault) {
      throw new IllegalArgumentException("not a " + type.getSimpleName(), fault);
    }
  }

  private static Object value(@Nullable Object value, Type type) {
    if (type instanceof ParameterizedType list) {
      List<Object> elements = new ArrayList<>();
      if (value instanceof List<?> values) {
        for (Object element : values) {
          elements.add(value(element, list.getActualTypeArguments()[0]));
        }
      }
      return elements;
    }
    if (type == boolean.class) {
      return Boolean.TRUE.equals(value);
    }
    if (type == int.class) {
      return value instanceof Number number ? number.intValue() : 0;
    }
    if (type == long.class) {
      return value instanceof Number number ? number.longValue() : 0L;
    }
    if (type == Instant.class) {
      return value instanceof String text ? Instant.parse(text) : Instant.EPOCH;
    }
    if (type instanceof Class<?> record && record.isRecord()) {
      return record(value instanceof Map<?, ?> values ? values : Map.of(), record);
    }
    return value == null ? "" : CONTROL.matcher(value.toString()).replaceAll("?");
  }
}
