package io.sallyport.distribution.doctor;

/**
 * A host that clients of a service are sent to and that the catalog lacks.
 *
 * @param host its name
 * @param port its port; 0 where nobody connects
 * @param role what it is for: {@code token realm}, {@code redirect}, {@code blobs} or {@code token
 *     service}, which is only a word in tokens
 * @param of the name and port that send there, such as {@code icr.io:443}
 * @param finding whether it can be reached from here all the same
 * @since 0.1
 */
public record FurtherHost(String host, int port, String role, String of, String finding) {}
