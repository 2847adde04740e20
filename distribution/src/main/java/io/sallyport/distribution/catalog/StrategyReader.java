package io.sallyport.distribution.catalog;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.sallyport.api.config.Problems;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.api.plugin.StrategyFactory;
import io.sallyport.distribution.catalog.Behaviour.Chosen;
import io.sallyport.distribution.hocon.HoconSection;
import io.sallyport.distribution.hocon.HoconValues;
import io.sallyport.distribution.hocon.NearestKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads a strategy: a type, or an object with a type and the type's own keys. */
final class StrategyReader {
  private static final String TYPE = "type";

  private final String kind;
  private final Map<String, ? extends StrategyFactory<?>> factories;
  private final Set<String> common;
  private final Sharing sharing;

  /**
   * Makes a reader.
   *
   * @param kind what people call the strategy
   * @param common keys of the object that are not the type's own
   */
  StrategyReader(
      String kind,
      Map<String, ? extends StrategyFactory<?>> factories,
      Set<String> common,
      Sharing sharing) {
    this.kind = kind;
    this.factories = Map.copyOf(factories);
    this.common = Set.copyOf(common);
    this.sharing = sharing;
  }

  /** Reads what a key of a section says; nothing new when it is absent. */
  Chosen read(HoconSection within, String key, Chosen below) {
    Optional<ConfigValue> value = within.value(key);
    if (value.isEmpty()) {
      return below;
    }
    String path = within.pathOf(key);
    if (value.get() instanceof ConfigObject object) {
      return object(new HoconSection(object, path, within.problems()), below);
    }
    Optional<String> type = HoconValues.text(value.get());
    if (type.isEmpty()) {
      within.problem(
          key,
          "is neither a type nor an object",
          "write " + key + " = TYPE or " + key + " { type = TYPE, … }");
      return below;
    }
    if (!factories.containsKey(type.get())) {
      within.problem(key, "is no known " + kind, suggestion(type.get()));
      return below;
    }
    ConfigObject nothing = ConfigValueFactory.fromMap(Map.of()).withOrigin(value.get().origin());
    return parsed(type.get(), new HoconSection(nothing, path, within.problems()));
  }

  private Chosen object(HoconSection section, Chosen below) {
    String type = section.text(TYPE).orElse(below.strategy().type());
    if (!factories.containsKey(type)) {
      section.problem(section.has(TYPE) ? TYPE : "", "is no known " + kind, suggestion(type));
      return below;
    }
    ConfigObject own = section.object();
    for (String key : section.object().keySet()) {
      own = key.equals(TYPE) || common.contains(key) ? own.withoutKey(key) : own;
    }
    if (type.equals(below.strategy().type())) {
      if (own.isEmpty()) {
        return below;
      }
      own = own.withFallback(below.keys());
    }
    return parsed(type, new HoconSection(own, section.path(), section.problems()));
  }

  private Chosen parsed(String type, HoconSection section) {
    StrategyFactory<?> factory = factories.get(type);
    if (factory == null) {
      throw new IllegalStateException("no factory for " + kind + " " + type);
    }
    Problems found = new Problems();
    HoconSection own = new HoconSection(section.object(), section.path(), found);
    own.known(common);
    own.known(Set.of(TYPE));
    Strategy strategy;
    try {
      strategy = new Strategy(type, factory.parse(own));
      own.finish();
    } catch (RuntimeException | LinkageError | AssertionError fault) {
      String message = "the " + kind + " " + type + " failed to read this: " + fault;
      own.problem("", message, "tell its author");
      strategy = Chosen.NONE.strategy();
    }
    section.problems().addAll(found.all());
    // What is wrong below is told once, not again in each layer above.
    ConfigObject keys = found.refuse() ? Chosen.NONE.keys() : section.object();
    return new Chosen(sharing.one(strategy), keys);
  }

  private String suggestion(String type) {
    String known = "known here: " + String.join(", ", new TreeSet<>(factories.keySet()));
    return NearestKey.of(type, factories.keySet())
        .map(near -> "did you mean \"" + near + "\"? " + known)
        .orElse(factories.isEmpty() ? "no " + kind + " is installed" : known);
  }
}
