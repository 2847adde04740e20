package io.sallyport.distribution.json;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Records as JSON and back: an object with a key for each component, named as the component is.
 * Components may be texts, booleans, {@code int}, {@code long}, instants, records, and lists of
 * these; the records must be public and in packages that this module can see.
 *
 * @since 0.1
 */
public final class RecordJson {
  private static final String INDENT = "  ";

  private final Map<Class<?>, RecordComponent[]> components = new HashMap<>();
  private final StringBuilder quoted = new StringBuilder();
  private final Appendable out;

  private RecordJson(Appendable out) {
    this.out = out;
  }

  /** Appends the record as indented JSON, with a final newline, as it goes along. */
  public static void write(Record value, Appendable out) throws IOException {
    new RecordJson(out).append(value, "\n");
    out.append('\n');
  }

  /** The same as a text. */
  public static String text(Record value) {
    StringBuilder text = new StringBuilder();
    try {
      write(value, text);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }

  /**
   * The record that a text stands for. What another version wrote is forgiven: unknown keys are
   * passed over, missing ones are empty, false or zero. Control characters come back as question
   * marks, since what is read here ends on people's terminals.
   *
   * @throws IllegalArgumentException when the text is not JSON, or not such a record
   */
  public static <R extends Record> R read(String json, Class<R> type) {
    return new RecordReader(json).read(type);
  }

  private void append(Object value, String newline) throws IOException {
    switch (value) {
      case Record record -> record(record, newline);
      case List<?> list -> list(list, newline);
      case Boolean flag -> out.append(flag.toString());
      case Integer number -> out.append(number.toString());
      case Long number -> out.append(number.toString());
      default -> quoted(value.toString());
    }
  }

  private void record(Record record, String newline) throws IOException {
    String inner = newline + INDENT;
    out.append('{');
    boolean first = true;
    for (RecordComponent component :
        components.computeIfAbsent(record.getClass(), Class::getRecordComponents)) {
      out.append(first ? "" : ",").append(inner);
      first = false;
      quoted(component.getName());
      out.append(": ");
      append(component(record, component), inner);
    }
    out.append(first ? "" : newline).append('}');
  }

  private void list(List<?> list, String newline) throws IOException {
    String inner = newline + INDENT;
    out.append('[');
    boolean first = true;
    for (Object element : list) {
      out.append(first ? "" : ",").append(inner);
      first = false;
      append(element, inner);
    }
    out.append(first ? "" : newline).append(']');
  }

  private void quoted(String text) throws IOException {
    quoted.setLength(0);
    JsonText.quoted(quoted, text);
    out.append(quoted);
  }

  private static Object component(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException fault) {
      throw new IllegalStateException(component + " of " + record.getClass(), fault);
    }
  }
}
