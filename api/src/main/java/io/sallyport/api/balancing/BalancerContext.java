package io.sallyport.api.balancing;

import io.sallyport.api.plugin.Ticker;
import java.util.random.RandomGenerator;

/**
 * What a balancer is given.
 *
 * @param random a generator that several threads may use at once
 * @param ticker monotonic time
 * @since 0.1
 */
public record BalancerContext(RandomGenerator random, Ticker ticker) {}
