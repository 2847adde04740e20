/**
 * How a session's endpoint is chosen: {@code round-robin}, {@code least-connections}, {@code
 * random-two-choices}, {@code source-hash}, {@code first} and {@code latency-aware}, each in a
 * package of its own.
 */
package io.sallyport.plugins.balancing;
