package io.sallyport.engine.resolve;

import java.net.InetAddress;
import java.util.List;

/**
 * What a host resolves to.
 *
 * @param addresses the one in use first
 * @param fault why there is no answer; empty when there is one
 * @since 0.1
 */
public record Resolution(List<InetAddress> addresses, String fault) {}
