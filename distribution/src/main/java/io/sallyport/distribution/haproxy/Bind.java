package io.sallyport.distribution.haproxy;

import java.net.InetAddress;
import java.util.OptionalInt;

/**
 * One address and port that a frontend accepts on.
 *
 * @param line where it stands
 * @param address the address
 * @param port the port
 * @param maxSessions the line's own {@code maxconn}
 * @param headed whether every connection begins with a PROXY header
 */
record Bind(int line, InetAddress address, int port, OptionalInt maxSessions, boolean headed) {}
