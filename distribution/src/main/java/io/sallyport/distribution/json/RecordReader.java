package io.sallyport.distribution.json;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads records straight from the text, with no tree in between: the status of ten thousand
 * services is twenty megabytes.
 */
final class RecordReader {
  private static final int MOST_DEEP = 64;

  private final Map<Class<?>, Shape> shapes = new HashMap<>();
  private final JsonCursor json;
  private int depth;

  RecordReader(String text) {
    json = new JsonCursor(text);
  }

  /** How a record is made; components by their names, in their order. */
  private record Shape(Constructor<?> constructor, Map<String, Integer> places, List<Type> types) {}

  <R extends Record> R read(Class<R> type) {
    R value = type.cast(record(type));
    json.end();
    return value;
  }

  private Object value(Type type) {
    if (++depth > MOST_DEEP) {
      throw json.wrong("nested too deeply");
    }
    Object value = shallow(type);
    depth--;
    return value;
  }

  private Object shallow(Type type) {
    if (type instanceof ParameterizedType list) {
      return list(list.getActualTypeArguments()[0]);
    }
    if (type instanceof Class<?> record && record.isRecord()) {
      return record(record);
    }
    if (type == boolean.class) {
      return json.flag();
    }
    if (type == int.class) {
      return Math.toIntExact(json.number());
    }
    if (type == long.class) {
      return json.number();
    }
    String text = json.text();
    if (type != Instant.class) {
      return text;
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeException notOne) {
      throw json.wrong("\"" + text + "\" is no instant");
    }
  }

  private List<Object> list(Type element) {
    List<Object> list = new ArrayList<>();
    json.expect('[');
    while (!json.closes(']', !list.isEmpty())) {
      list.add(value(element));
    }
    return list;
  }

  private Object record(Class<?> type) {
    Shape shape = shapes.get(type);
    if (shape == null) {
      shape = shape(type);
      shapes.put(type, shape);
    }
    Object[] arguments = new Object[shape.types().size()];
    boolean[] found = new boolean[arguments.length];
    json.expect('{');
    boolean some = false;
    while (!json.closes('}', some)) {
      some = true;
      Integer place = shape.places().get(json.text());
      json.expect(':');
      if (place == null) {
        json.skip();
      } else {
        arguments[place] = value(shape.types().get(place));
        found[place] = true;
      }
    }
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = found[i] ? arguments[i] : missing(shape.types().get(i));
    }
    return made(shape, arguments);
  }

  private static Object made(Shape shape, Object[] arguments) {
    try {
      return shape.constructor().newInstance(arguments);
    } catch (ReflectiveOperationException fault) {
      throw new IllegalArgumentException(
          "not a " + shape.constructor().getDeclaringClass().getSimpleName(), fault);
    }
  }

  private static Shape shape(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] erased = new Class<?>[components.length];
    Map<String, Integer> places = new HashMap<>();
    List<Type> types = new ArrayList<>();
    for (int i = 0; i < components.length; i++) {
      erased[i] = components[i].getType();
      places.put(components[i].getName(), i);
      types.add(components[i].getGenericType());
    }
    try {
      return new Shape(type.getConstructor(erased), places, types);
    } catch (NoSuchMethodException hidden) {
      throw new IllegalStateException(type + " is not public", hidden);
    }
  }

  private static Object missing(Type type) {
    if (type instanceof ParameterizedType) {
      return List.of();
    }
    if (type instanceof Class<?> record && record.isRecord()) {
      return new RecordReader("{}").record(record);
    }
    if (type == boolean.class) {
      return false;
    }
    if (type == int.class) {
      return 0;
    }
    if (type == long.class) {
      return 0L;
    }
    return type == Instant.class ? Instant.EPOCH : "";
  }
}
