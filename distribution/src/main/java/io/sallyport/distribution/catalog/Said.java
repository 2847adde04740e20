package io.sallyport.distribution.catalog;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one layer of a catalog's text says: values by their path, such as {@code timeouts.connect},
 * as they are written. In the order in which they are told.
 */
record Said(Map<String, String> values) {
  static final Said NOTHING = new Said(Map.of());

  Said {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  boolean says(String path) {
    return values.containsKey(path);
  }

  /** This, and what a layer above says. */
  Said and(Said above) {
    Map<String, String> both = new LinkedHashMap<>(values);
    both.putAll(above.values);
    return new Said(both);
  }
}
