package io.sallyport.plugins.injection.loopback;

/**
 * A network link as the kernel describes it.
 *
 * @param index the kernel's number of it
 * @param name such as {@code lo}
 * @param up whether it is administratively up
 * @param loopback whether it is the loopback link
 * @param kind the kind of a virtual link, such as {@code dummy}; empty for others
 * @param hardware its hardware address in the usual text form; empty when it has none
 */
record Link(int index, String name, boolean up, boolean loopback, String kind, String hardware) {}
