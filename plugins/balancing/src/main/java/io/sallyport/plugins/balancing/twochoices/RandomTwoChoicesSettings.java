package io.sallyport.plugins.balancing.twochoices;

/**
 * The settings of {@code random-two-choices}: there are none.
 *
 * @since 0.1
 */
public record RandomTwoChoicesSettings() {}
