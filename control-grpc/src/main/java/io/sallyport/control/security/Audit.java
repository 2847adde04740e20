package io.sallyport.control.security;

/**
 * Is told of every change and of every refusal. Any thread; must not block for long.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Audit {
  /**
   * Records something.
   *
   * @param caller who wanted it
   * @param action what, such as {@code catalog.apply}
   * @param subject of what, such as a revision; may be empty
   * @param outcome what became of it, such as {@code applied 1.4}
   */
  void record(Caller caller, String action, String subject, String outcome);
}
