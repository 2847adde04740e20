package io.sallyport.engine.status;

/**
 * One host injector's state.
 *
 * @param type its type, such as {@code hosts-file}
 * @param phase address or name
 * @param inPlace bindings that are in place
 * @param refused bindings that the node refused
 * @param note what the operator should know; empty when all is well
 * @since 0.1
 */
public record InjectorStatus(String type, String phase, int inPlace, int refused, String note) {}
