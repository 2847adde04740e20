package io.sallyport.distribution.plugins;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.config.Origin;
import io.sallyport.distribution.hocon.Durations;
import io.sallyport.distribution.hocon.Sizes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A section that says nothing, and takes down what it is asked for. What a factory reads is then
 * known without anybody writing it down twice. A key that is only asked for where another one is
 * there stays unknown.
 */
final class KeyRecorder implements ConfigSection {
  private final String prefix;
  private final Map<String, PluginKey> keys;

  KeyRecorder() {
    this("", new LinkedHashMap<>());
  }

  private KeyRecorder(String prefix, Map<String, PluginKey> keys) {
    this.prefix = prefix;
    this.keys = keys;
  }

  /** What was asked for, in that order. */
  List<PluginKey> recorded() {
    return new ArrayList<>(keys.values());
  }

  private void asked(String key, String value, String usual) {
    String name = prefix + key;
    // A question whether it is there comes before the one what it is.
    PluginKey known = keys.get(name);
    if (known == null || known.value().isEmpty()) {
      keys.put(name, new PluginKey(name, value, usual));
    }
  }

  @Override
  public String path() {
    return prefix;
  }

  @Override
  public Origin origin() {
    return Origin.UNKNOWN;
  }

  @Override
  public Set<String> keys() {
    return Set.of();
  }

  @Override
  public boolean has(String key) {
    asked(key, "", "");
    return false;
  }

  @Override
  public String requiredText(String key, String fallback) {
    asked(key, "text, required", "");
    return fallback;
  }

  @Override
  public Optional<String> text(String key) {
    asked(key, "text", "");
    return Optional.empty();
  }

  @Override
  public List<String> texts(String key) {
    asked(key, "list of texts", "");
    return List.of();
  }

  @Override
  public int integer(String key, int fallback, int least, int most) {
    String bounds = most == Integer.MAX_VALUE ? least + " or more" : least + " to " + most;
    asked(key, "whole number, " + bounds, Integer.toString(fallback));
    return fallback;
  }

  @Override
  public boolean flag(String key, boolean fallback) {
    asked(key, "true or false", Boolean.toString(fallback));
    return fallback;
  }

  @Override
  public Duration duration(String key, Duration fallback, Duration least, Duration most) {
    asked(
        key,
        "duration, " + Durations.text(least) + " to " + Durations.text(most),
        Durations.text(fallback));
    return fallback;
  }

  @Override
  public long bytes(String key, long fallback, long least, long most) {
    asked(key, "size, " + Sizes.text(least) + " to " + Sizes.text(most), Sizes.text(fallback));
    return fallback;
  }

  @Override
  public <E extends Enum<E>> E choice(String key, E fallback) {
    List<String> choices = new ArrayList<>();
    for (E constant : fallback.getDeclaringClass().getEnumConstants()) {
      choices.add(word(constant));
    }
    asked(key, String.join(" | ", choices), word(fallback));
    return fallback;
  }

  @Override
  public Optional<ConfigSection> section(String key) {
    asked(key, "object", "");
    return Optional.of(new KeyRecorder(prefix + key + ".", keys));
  }

  @Override
  public List<ConfigSection> sections(String key) {
    asked(key, "list of objects", "");
    return List.of(new KeyRecorder(prefix + key + "[].", keys));
  }

  @Override
  public void problem(String key, String message, String remedy) {
    // Of course: what is required is missing.
  }

  @Override
  public void finish() {
    // There is nothing that nobody asked for.
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
