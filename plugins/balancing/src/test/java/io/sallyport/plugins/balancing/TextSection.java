package io.sallyport.plugins.balancing;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.config.Origin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A section of plain texts, as far as these balancers' settings need one. */
public final class TextSection implements ConfigSection {
  private final Map<String, String> values;
  private final List<String> problems = new ArrayList<>();

  public TextSection(Map<String, String> values) {
    this.values = values;
  }

  /** What was wrong, a line each. */
  public List<String> problems() {
    return problems;
  }

  @Override
  public String path() {
    return "balancer";
  }

  @Override
  public Origin origin() {
    return Origin.UNKNOWN;
  }

  @Override
  public Set<String> keys() {
    return values.keySet();
  }

  @Override
  public boolean has(String key) {
    return values.containsKey(key);
  }

  @Override
  public String requiredText(String key, String fallback) {
    return text(key).orElse(fallback);
  }

  @Override
  public Optional<String> text(String key) {
    return Optional.ofNullable(values.get(key));
  }

  @Override
  public List<String> texts(String key) {
    return text(key).stream().toList();
  }

  @Override
  public int integer(String key, int fallback, int least, int most) {
    return text(key).map(Integer::valueOf).orElse(fallback);
  }

  @Override
  public boolean flag(String key, boolean fallback) {
    return text(key).map(Boolean::valueOf).orElse(fallback);
  }

  @Override
  public Duration duration(String key, Duration fallback, Duration least, Duration most) {
    return text(key).map(Duration::parse).orElse(fallback);
  }

  @Override
  public long bytes(String key, long fallback, long least, long most) {
    return text(key).map(Long::valueOf).orElse(fallback);
  }

  @Override
  public <E extends Enum<E>> E choice(String key, E fallback) {
    return fallback;
  }

  @Override
  public Optional<ConfigSection> section(String key) {
    return Optional.empty();
  }

  @Override
  public List<ConfigSection> sections(String key) {
    return List.of();
  }

  @Override
  public void problem(String key, String message, String remedy) {
    problems.add(key + " " + message + "; " + remedy);
  }

  @Override
  public void finish() {}
}
