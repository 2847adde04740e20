package io.sallyport.distribution.hocon;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problems;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One HOCON object as a section. Values convert as HOCON says: a quoted number is a number, a
 * number is a text where a text is asked for, and {@code null} counts as absent.
 *
 * <p>Used by one thread.
 *
 * @since 0.1
 */
public final class HoconSection implements ConfigSection {
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,30}(\\.0{1,9})?");
  private static final int MOST_LISTED = 32;
  private static final Set<String> YES = Set.of("true", "yes", "on");
  private static final Set<String> NO = Set.of("false", "no", "off");

  private final ConfigObject object;
  private final String path;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();
  private boolean finished;

  /**
   * Makes a section.
   *
   * @param object resolved: no substitution is left in it
   * @param path where the object stands; empty for the root
   * @param problems takes what is wrong
   */
  public HoconSection(ConfigObject object, String path, Problems problems) {
    this.object = object;
    this.path = path;
    this.problems = problems;
  }

  /** The object itself. */
  public ConfigObject object() {
    return object;
  }

  /** Where the problems go. */
  public Problems problems() {
    return problems;
  }

  /** The path of a key of this section. */
  public String pathOf(String key) {
    return path.isEmpty() ? key : key.isEmpty() ? path : path + "." + key;
  }

  /** The file and line of a key's value, or of this object where the key is absent. */
  public Origin originOf(String key) {
    ConfigValue value = object.get(key);
    return value == null ? origin() : HoconValues.origin(value);
  }

  /** Makes keys count as known. */
  public void known(Collection<String> keys) {
    known.addAll(keys);
  }

  /** A value of whatever kind, empty when absent; the key counts as known from then on. */
  public Optional<ConfigValue> value(String key) {
    known.add(key);
    return Optional.ofNullable(object.get(key)).filter(value -> !HoconValues.absent(value));
  }

  /** Records a problem with a value that need not be a direct one of this section. */
  public void problem(ConfigValue value, String valuePath, String message, String remedy) {
    problems.error(HoconValues.origin(value), valuePath, HoconValues.shown(value), message, remedy);
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public Origin origin() {
    return HoconValues.origin(object);
  }

  @Override
  public Set<String> keys() {
    record Placed(String key, Origin origin) {}
    Set<String> keys = new LinkedHashSet<>();
    object.entrySet().stream()
        .filter(entry -> !HoconValues.absent(entry.getValue()))
        .map(entry -> new Placed(entry.getKey(), HoconValues.origin(entry.getValue())))
        .sorted(
            Comparator.comparing((Placed placed) -> placed.origin().source())
                .thenComparingInt(placed -> placed.origin().line())
                .thenComparing(Placed::key))
        .forEach(placed -> keys.add(placed.key()));
    return keys;
  }

  @Override
  public boolean has(String key) {
    return value(key).isPresent();
  }

  @Override
  public String requiredText(String key, String fallback) {
    if (!has(key)) {
      problems.error(origin(), pathOf(key), "", "is missing", "add " + key + " = …");
      return fallback;
    }
    return text(key).orElse(fallback);
  }

  @Override
  public Optional<String> text(String key) {
    return value(key).flatMap(value -> textOf(value, pathOf(key)));
  }

  @Override
  public List<String> texts(String key) {
    Optional<ConfigValue> value = value(key);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!(value.get() instanceof ConfigList list)) {
      return textOf(value.get(), pathOf(key)).map(List::of).orElse(List.of());
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      textOf(list.get(i), pathOf(key) + "[" + i + "]").ifPresent(texts::add);
    }
    return texts;
  }

  @Override
  public int integer(String key, int fallback, int least, int most) {
    if (!has(key)) {
      return fallback;
    }
    String bounds =
        most == Integer.MAX_VALUE
            ? "use a whole number of " + least + " or more"
            : "use a whole number from " + least + " to " + most;
    return read(
        key,
        fallback,
        text -> whole(text).isPresent(),
        "is not a whole number",
        bounds,
        text -> {
          BigDecimal number = whole(text).orElseThrow();
          boolean within =
              number.compareTo(BigDecimal.valueOf(least)) >= 0
                  && number.compareTo(BigDecimal.valueOf(most)) <= 0;
          return within ? Optional.of(number.intValue()) : Optional.empty();
        },
        bounds);
  }

  @Override
  public boolean flag(String key, boolean fallback) {
    if (!has(key)) {
      return fallback;
    }
    String remedy = "use one of the two";
    return read(
        key,
        fallback,
        text -> YES.contains(text) || NO.contains(text),
        "is neither true nor false",
        remedy,
        text -> Optional.of(YES.contains(text)),
        remedy);
  }

  @Override
  public Duration duration(String key, Duration fallback, Duration least, Duration most) {
    if (!has(key)) {
      return fallback;
    }
    Optional<String> bare =
        value(key).flatMap(HoconValues::text).filter(Durations::lacksUnit).map(String::strip);
    if (bare.isPresent()) {
      String number = bare.get();
      problem(
          key,
          "has no unit",
          "write " + number + "ms, " + number + "s, " + number + "m or " + number + "h");
      return fallback;
    }
    return read(
        key,
        fallback,
        text -> Durations.parse(text).isPresent(),
        "is not a duration",
        "write a number and a unit (ms, s, m, h, d), such as 250ms or 3s",
        text ->
            Durations.parse(text)
                .filter(found -> found.compareTo(least) >= 0 && found.compareTo(most) <= 0),
        "use a duration from " + Durations.text(least) + " to " + Durations.text(most));
  }

  @Override
  public long bytes(String key, long fallback, long least, long most) {
    if (!has(key)) {
      return fallback;
    }
    return read(
        key,
        fallback,
        text -> Sizes.parse(text).isPresent(),
        "is not a size",
        "write a number of bytes, or one with a unit, such as 64KiB",
        text -> Sizes.parse(text).filter(found -> found >= least && found <= most),
        "use a size from " + Sizes.text(least) + " to " + Sizes.text(most));
  }

  @Override
  public <E extends Enum<E>> E choice(String key, E fallback) {
    if (!has(key)) {
      return fallback;
    }
    Map<String, E> choices = new LinkedHashMap<>();
    for (E constant : fallback.getDeclaringClass().getEnumConstants()) {
      choices.put(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
    }
    String remedy = "use " + or(List.copyOf(choices.keySet()));
    return read(
        key,
        fallback,
        choices::containsKey,
        "is not a choice",
        remedy,
        text -> Optional.ofNullable(choices.get(text)),
        remedy);
  }

  @Override
  public Optional<ConfigSection> section(String key) {
    return within(key).map(Function.identity());
  }

  /** The same as {@link #section}, as what it is. */
  public Optional<HoconSection> within(String key) {
    Optional<ConfigValue> value = value(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.get() instanceof ConfigObject inner) {
      return Optional.of(new HoconSection(inner, pathOf(key), problems));
    }
    String message = "is " + HoconValues.kind(value.get()) + ", not an object";
    problem(key, message, "write " + key + " { … }");
    return Optional.empty();
  }

  @Override
  public List<ConfigSection> sections(String key) {
    Optional<ConfigValue> value = value(key);
    if (value.isEmpty()) {
      return List.of();
    }
    String remedy = "write " + key + " = [{ … }]";
    if (!(value.get() instanceof ConfigList list)) {
      String message = "is " + HoconValues.kind(value.get()) + ", not a list of objects";
      problem(value.get(), pathOf(key), message, remedy);
      return List.of();
    }
    List<ConfigSection> sections = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String at = pathOf(key) + "[" + i + "]";
      if (list.get(i) instanceof ConfigObject inner) {
        sections.add(new HoconSection(inner, at, problems));
      } else {
        String message = "is " + HoconValues.kind(list.get(i)) + ", not an object";
        problem(list.get(i), at, message, remedy);
      }
    }
    return sections;
  }

  @Override
  public void problem(String key, String message, String remedy) {
    ConfigValue value = key.isEmpty() ? object : object.get(key);
    if (value == null || key.isEmpty()) {
      problems.error(origin(), pathOf(key), "", message, remedy);
    } else {
      problem(value, pathOf(key), message, remedy);
    }
  }

  /** What is known by now is what counts; a second call does nothing. */
  @Override
  public void finish() {
    if (finished) {
      return;
    }
    finished = true;
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      if (!known.contains(entry.getKey())) {
        Origin at = HoconValues.origin(entry.getValue());
        problems.error(at, pathOf(entry.getKey()), "", "unknown key", suggestion(entry.getKey()));
      }
    }
  }

  private String suggestion(String written) {
    return NearestKey.of(written, known)
        .map(near -> "did you mean \"" + near + "\"?")
        .orElseGet(() ->
            known.isEmpty()
                ? "nothing may stand here"
                : known.size() > MOST_LISTED
                    ? "remove it"
                    : "known here: " + String.join(", ", new TreeSet<>(known)));
  }

  /**
   * A value that is present, of one kind and within bounds, or the fallback with a problem that
   * says which.
   */
  private <T> T read(
      String key,
      T fallback,
      Predicate<String> kind,
      String notOfKind,
      String kindRemedy,
      Function<String, Optional<T>> reading,
      String boundsRemedy) {
    Optional<String> text = value(key).flatMap(HoconValues::text);
    if (text.isEmpty() || !kind.test(text.get())) {
      problem(key, notOfKind, kindRemedy);
      return fallback;
    }
    Optional<T> read = reading.apply(text.get());
    if (read.isEmpty()) {
      problem(key, "is out of bounds", boundsRemedy);
    }
    return read.orElse(fallback);
  }

  private Optional<String> textOf(ConfigValue value, String at) {
    Optional<String> text = HoconValues.text(value);
    if (text.isEmpty()) {
      String message = "is " + HoconValues.kind(value) + ", not a text";
      problem(value, at, message, "write one text, in quotes if it holds special characters");
    }
    return text;
  }

  private static Optional<BigDecimal> whole(String text) {
    // The length keeps a number such as 1e999999999 from being worked out.
    if (!WHOLE.matcher(text).matches()) {
      return Optional.empty();
    }
    return Optional.of(new BigDecimal(text));
  }

  private static String or(List<String> words) {
    int last = words.size() - 1;
    return last == 0
        ? words.get(0)
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }
}
