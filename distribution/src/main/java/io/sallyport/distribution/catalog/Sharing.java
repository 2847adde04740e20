package io.sallyport.distribution.catalog;

import java.util.HashMap;
import java.util.Map;

/**
 * Gives equal immutable values one instance, so that thousands of services share what they repeat.
 */
final class Sharing {
  private final Map<Object, Object> seen = new HashMap<>();

  @SuppressWarnings("unchecked")
  <T> T one(T value) {
    Object first = seen.putIfAbsent(value, value);
    return first == null ? value : (T) first;
  }
}
