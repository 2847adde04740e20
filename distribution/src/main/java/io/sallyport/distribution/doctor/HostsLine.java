package io.sallyport.distribution.doctor;

/**
 * A line of the hosts file that has a name.
 *
 * @param line its number, from 1
 * @param address the address as it is written there
 * @param text the line as it is
 * @param writer who wrote it: {@code sallyport}, {@code resolved-name}, {@code cloud-init}, {@code
 *     node-resolver}, {@code kubelet} or {@code unknown}
 * @param evidence how that is known, in words
 * @since 0.1
 */
public record HostsLine(int line, String address, String text, String writer, String evidence) {}
