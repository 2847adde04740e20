package io.sallyport.distribution.plugins;

/**
 * A key of a strategy's configuration.
 *
 * @param name with the objects around it, such as {@code tls.server-name}
 * @param value what may be there, with its bounds
 * @param usual what holds where nothing is said; empty where nothing does
 * @since 0.1
 */
public record PluginKey(String name, String value, String usual) {}
