package io.sallyport.engine.status;

import java.util.List;

/**
 * One service's effective state.
 *
 * @param id its key in the catalog
 * @param phase owning-address, opening, probing, serving, failed, withdrawing, draining
 * @param reason why it does not serve; empty when it does
 * @param address the node-local address
 * @param addressOwned whether the address is in place
 * @param names the public names
 * @param namesPublished whether every name injector has them in place
 * @param listeners one for each port
 * @since 0.1
 */
public record ServiceStatus(
    String id,
    String phase,
    String reason,
    String address,
    boolean addressOwned,
    List<String> names,
    boolean namesPublished,
    List<ListenerStatus> listeners) {}
