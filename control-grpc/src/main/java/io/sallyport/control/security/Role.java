package io.sallyport.control.security;

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

  /** Whether this role includes another. */
  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
