package io.sallyport.plugins.injection.loopback;

/**
 * Where the addresses go.
 *
 * @param link {@code lo}, or the name of a link that carries nothing but our addresses; a missing
 *     one is made
 * @since 0.1
 */
public record LoopbackSettings(String link) {}
