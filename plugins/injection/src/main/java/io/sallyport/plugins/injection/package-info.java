/**
 * How a service's names and addresses are published on a node, a package for each way: {@code
 * loopback} (addresses), {@code hosts} (the hosts file: {@code hosts-file} and {@code
 * resolved-name}), {@code dns} (a responder), {@code rendered} (files that other programs read:
 * {@code dnsmasq}, {@code coredns}, {@code unbound}, {@code systemd-resolved}, {@code containerd}).
 * The package {@code files} is what those that edit files have in common.
 */
package io.sallyport.plugins.injection;
