package io.sallyport.distribution.haproxy;

import java.util.Map;
import java.util.OptionalInt;

/**
 * A check as it would be written in a catalog.
 *
 * @param keys the type's own keys
 * @param line the one that asks for it
 * @param port where to probe, if it says so
 */
record CheckDraft(String type, Map<String, Object> keys, int line, OptionalInt port) {}
