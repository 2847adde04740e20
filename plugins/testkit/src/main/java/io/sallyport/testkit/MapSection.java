package io.sallyport.testkit;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.config.Origin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A configuration from a map: texts, numbers, booleans, {@link Duration}s, lists, and maps for
 * objects within. What is wrong is collected, as in a real one.
 *
 * @since 0.1
 */
public final class MapSection implements ConfigSection {
  private final String path;
  private final Map<String, Object> values;
  private final Set<String> asked = new LinkedHashSet<>();
  private final List<String> problems;

  /** Makes one that nobody has read. */
  public MapSection(Map<String, ?> values) {
    this("", values, new ArrayList<>());
  }

  private MapSection(String path, Map<String, ?> values, List<String> problems) {
    this.path = path;
    this.values = new TreeMap<>(values);
    this.problems = problems;
  }

  /** What is wrong, as {@code key: message; remedy}, in the order in which it was found. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public Origin origin() {
    return new Origin("test", 1);
  }

  @Override
  public Set<String> keys() {
    return new LinkedHashSet<>(values.keySet());
  }

  @Override
  public boolean has(String key) {
    asked.add(key);
    return values.containsKey(key);
  }

  @Override
  public String requiredText(String key, String fallback) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      problem(key, "is missing", "write it");
    }
    return text.orElse(fallback);
  }

  @Override
  public Optional<String> text(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    Object value = values.get(key);
    if (value instanceof Map || value instanceof List) {
      problem(key, "is no text", "write a text");
      return Optional.empty();
    }
    return Optional.of(String.valueOf(value));
  }

  @Override
  public List<String> texts(String key) {
    if (has(key) && values.get(key) instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    return text(key).stream().toList();
  }

  @Override
  public int integer(String key, int fallback, int least, int most) {
    return (int) number(key, fallback, least, most);
  }

  @Override
  public long bytes(String key, long fallback, long least, long most) {
    return number(key, fallback, least, most);
  }

  private long number(String key, long fallback, long least, long most) {
    if (!has(key)) {
      return fallback;
    }
    if (!(values.get(key) instanceof Number number)) {
      problem(key, "is no number", "write a number");
      return fallback;
    }
    return within(key, number.longValue(), least, most) ? number.longValue() : fallback;
  }

  @Override
  public boolean flag(String key, boolean fallback) {
    if (!has(key)) {
      return fallback;
    }
    if (values.get(key) instanceof Boolean flag) {
      return flag;
    }
    problem(key, "is neither true nor false", "write true or false");
    return fallback;
  }

  @Override
  public Duration duration(String key, Duration fallback, Duration least, Duration most) {
    if (!has(key)) {
      return fallback;
    }
    if (values.get(key) instanceof Duration time) {
      return within(key, time, least, most) ? time : fallback;
    }
    problem(key, "is no duration", "hand in a Duration");
    return fallback;
  }

  private <T extends Comparable<T>> boolean within(String key, T value, T least, T most) {
    if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
      return true;
    }
    problem(key, "is out of bounds", "write " + least + " to " + most);
    return false;
  }

  @Override
  public <E extends Enum<E>> E choice(String key, E fallback) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return fallback;
    }
    Map<String, E> choices = new LinkedHashMap<>();
    for (E each : fallback.getDeclaringClass().getEnumConstants()) {
      choices.put(each.name().toLowerCase(Locale.ROOT).replace('_', '-'), each);
    }
    E chosen = choices.get(text.get());
    if (chosen == null) {
      problem(key, "is no choice", "write one of " + String.join(", ", choices.keySet()));
      return fallback;
    }
    return chosen;
  }

  @Override
  public Optional<ConfigSection> section(String key) {
    return has(key) ? Optional.ofNullable(within(key, values.get(key))) : Optional.empty();
  }

  @Override
  public List<ConfigSection> sections(String key) {
    if (!has(key)) {
      return List.of();
    }
    List<?> items = values.get(key) instanceof List<?> list ? list : Arrays.asList(values.get(key));
    List<ConfigSection> sections = new ArrayList<>();
    items.forEach(item -> Optional.ofNullable(within(key, item)).ifPresent(sections::add));
    return sections;
  }

  private @org.jspecify.annotations.Nullable ConfigSection within(
      String key, @org.jspecify.annotations.Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      problem(key, "is no object", "hand in a map");
      return null;
    }
    Map<String, Object> members = new TreeMap<>();
    map.forEach((name, member) -> members.put(String.valueOf(name), member));
    return new MapSection(path.isEmpty() ? key : path + "." + key, members, problems);
  }

  @Override
  public void problem(String key, String message, String remedy) {
    problems.add((path.isEmpty() ? "" : path + ".") + key + ": " + message + "; " + remedy);
  }

  @Override
  public void finish() {
    for (String key : values.keySet()) {
      if (!asked.contains(key)) {
        problem(key, "unknown key", "known here: " + String.join(", ", asked));
      }
    }
  }
}
