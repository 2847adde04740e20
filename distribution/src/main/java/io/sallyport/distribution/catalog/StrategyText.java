package io.sallyport.distribution.catalog;

import io.sallyport.api.plugin.Strategy;
import io.sallyport.distribution.hocon.Durations;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Writes a strategy: its type and its settings, each component of the record under its own name in
 * kebab-case. Absent options and empty lists are left out.
 */
final class StrategyText {
  private StrategyText() {}

  /** As a value: the type alone, or an object. */
  static String object(Strategy strategy) {
    List<String> settings = settings(strategy.settings());
    return settings.isEmpty() ? strategy.type() : "{ " + members(strategy) + " }";
  }

  /** As members of an object. */
  static String members(Strategy strategy) {
    List<String> members = new ArrayList<>();
    members.add("type = " + strategy.type());
    members.addAll(settings(strategy.settings()));
    return String.join(", ", members);
  }

  private static List<String> settings(Record settings) {
    List<String> written = new ArrayList<>();
    for (RecordComponent component : settings.getClass().getRecordComponents()) {
      value(settings, component)
          .ifPresent(value -> written.add(kebab(component.getName()) + " = " + value));
    }
    return written;
  }

  private static Optional<String> value(Record settings, RecordComponent component) {
    try {
      component.getAccessor().trySetAccessible();
      return written(component.getAccessor().invoke(settings));
    } catch (ReflectiveOperationException closed) {
      throw new IllegalArgumentException(
          settings.getClass().getName() + " cannot be looked into to write it", closed);
    }
  }

  private static Optional<String> written(Object value) {
    return switch (value) {
      case Optional<?> option -> option.flatMap(StrategyText::written);
      case OptionalInt option ->
          option.isPresent() ? Optional.of(String.valueOf(option.getAsInt())) : Optional.empty();
      case List<?> list when list.isEmpty() -> Optional.empty();
      case List<?> list ->
          Optional.of(
              "["
                  + String.join(
                      ", ", list.stream().map(item -> written(item).orElse("null")).toList())
                  + "]");
      case Duration duration -> Optional.of(Durations.text(duration));
      case String text -> Optional.of(CatalogWriter.quoted(text));
      case Enum<?> constant ->
          Optional.of(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      case Number number -> Optional.of(number.toString());
      case Boolean flag -> Optional.of(flag.toString());
      case Record inner -> Optional.of("{ " + String.join(", ", settings(inner)) + " }");
      default ->
          throw new IllegalArgumentException(
              value.getClass().getName() + " is no value that HOCON can hold");
    };
  }

  private static String kebab(String camelCase) {
    return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
