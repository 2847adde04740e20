package io.sallyport.control.security;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an operator may do. What a lower role may, a higher one may too.
 *
 * @since 0.1
 */
public enum Role {
  /** May read. */
  VIEWER,
  /** May change the catalog and roll out. */
  EDITOR,
  /** May do everything. */
  ADMIN;

  /** A role by its name, such as {@code editor}; empty where there is no such role. */
  public static Optional<Role> of(String name) {
    return Stream.of(values()).filter(role -> role.text().equals(name)).findFirst();
  }

  /** Its name, such as {@code editor}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether this role includes another. */
  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
