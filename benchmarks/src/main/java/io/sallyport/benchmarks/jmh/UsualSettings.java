package io.sallyport.benchmarks.jmh;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.config.Origin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A section that says nothing but some whole numbers. */
record UsualSettings(Map<String, Integer> numbers) implements ConfigSection {
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
    return numbers.keySet();
  }

  @Override
  public boolean has(String key) {
    return numbers.containsKey(key);
  }

  @Override
  public String requiredText(String key, String fallback) {
    return fallback;
  }

  @Override
  public Optional<String> text(String key) {
    return Optional.empty();
  }

  @Override
  public List<String> texts(String key) {
    return List.of();
  }

  @Override
  public int integer(String key, int fallback, int least, int most) {
    return numbers.getOrDefault(key, fallback);
  }

  @Override
  public boolean flag(String key, boolean fallback) {
    return fallback;
  }

  @Override
  public Duration duration(String key, Duration fallback, Duration least, Duration most) {
    return fallback;
  }

  @Override
  public long bytes(String key, long fallback, long least, long most) {
    return fallback;
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
    throw new IllegalArgumentException(key + " " + message + "; " + remedy);
  }

  @Override
  public void finish() {}
}
