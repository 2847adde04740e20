package io.sallyport.engine.status;

import java.util.List;

/**
 * One endpoint's effective state behind one listener.
 *
 * @param name its name in the catalog
 * @param host its host name or address
 * @param port its port
 * @param addresses what the host resolves to now; the first one is in use
 * @param zone its zone; may be empty
 * @param role primary or backup
 * @param mode enabled, drain or maintenance
 * @param ordered what an operator asked for beside the catalog, drain or maintenance; may be empty
 * @param weight its share
 * @param health such as {@code 3/3 UP}, {@code 0/3 DOWN}, {@code unchecked}
 * @param up the verdict
 * @param proven whether any probe has ended yet
 * @param avoided whether new sessions avoid it because live ones could not reach it
 * @param ejectedMillis how much longer it is left out because it failed live sessions, in
 *     milliseconds; 0 when it is not
 * @param lastCheck what the last probe found; empty before the first
 * @param activeSessions sessions now
 * @param totalSessions sessions since it was added
 * @param connectFailures attempts that were refused or got no answer
 * @param checkFailures probes that failed
 * @param sessionFailures sessions that it failed after they had reached it
 * @param ejections how often it was left out for that
 * @since 0.1
 */
public record EndpointStatus(
    String name,
    String host,
    int port,
    List<String> addresses,
    String zone,
    String role,
    String mode,
    String ordered,
    int weight,
    String health,
    boolean up,
    boolean proven,
    boolean avoided,
    long ejectedMillis,
    String lastCheck,
    int activeSessions,
    long totalSessions,
    long connectFailures,
    long checkFailures,
    long sessionFailures,
    long ejections) {}
