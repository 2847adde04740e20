package io.sallyport.control.server;

import io.sallyport.control.security.PeerLimits;
import io.sallyport.control.security.TlsFiles;
import io.sallyport.control.store.EtcdSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How one replica of a control plane runs. Read by {@link ControlSections}.
 *
 * @param replica its name; no two replicas of one control plane share one
 * @param listen where agents, operators and other replicas connect to
 * @param advertise where other replicas reach this one: a host and a port
 * @param stateDirectory its own directory
 * @param security who may connect
 * @param catalog where the catalog is kept
 * @param connections what connections may do
 * @param agents how agents are treated
 * @param audit the audit log
 * @param stopOver over how long agents are sent away when it stops
 * @since 0.1
 */
public record ControlSettings(
    String replica,
    InetSocketAddress listen,
    String advertise,
    Path stateDirectory,
    Security security,
    Catalog catalog,
    Connections connections,
    AgentsSettings agents,
    Audit audit,
    Duration stopOver) {

  /** Who may connect. */
  public sealed interface Security {
    /** Anyone who can, which are this machine's own programs: it listens on the loopback only. */
    record Insecure() implements Security {}

    /**
     * Whoever proves who they are.
     *
     * @param files this replica's certificate, and the authorities of all others'
     * @param trustDomain the domain of SPIFFE identities that are ours
     * @param tokens the file of operators' tokens
     * @param look how often the certificates are looked at
     */
    record Tls(TlsFiles files, String trustDomain, Optional<Path> tokens, Duration look)
        implements Security {}
  }

  /**
   * Where the catalog is kept.
   *
   * @param store the store
   * @param history how many revisions stay readable, at least
   */
  public record Catalog(Store store, int history) {}

  /** A store. */
  public sealed interface Store {
    /** A file in the state directory; for one replica. */
    record Embedded() implements Store {}

    /** An etcd; for any number of replicas. */
    record Etcd(EtcdSettings settings) implements Store {}
  }

  /**
   * What connections may do.
   *
   * @param peer the bounds of one caller
   * @param messageBytes how large a message may be
   * @param handshake how long TLS and HTTP/2 may take to begin
   * @param ping the silence before a connection is asked whether it lives
   */
  public record Connections(
      PeerLimits.Limits peer, int messageBytes, Duration handshake, Duration ping) {}

  /**
   * The audit log.
   *
   * @param file its file
   * @param mostBytes of one file
   * @param mostFiles how many are kept
   */
  public record Audit(Path file, long mostBytes, int mostFiles) {}
}
