package io.sallyport.engine;

import io.sallyport.api.catalog.Locality;
import io.sallyport.api.plugin.Strategy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A node's settings, apart from its catalog.
 *
 * @param dataPath how it moves bytes
 * @param maxSessions sessions of the node at once; beyond it no listener accepts; 0 means no limit
 * @param nameServers where endpoint names are resolved; empty means as {@code /etc/resolv.conf}
 *     says
 * @param injectors in the order in which they act
 * @param injectionInterval how often injectors look after their work without being asked
 * @param probesAtOnce health probes in flight at most
 * @param externalCommands whether health checks may run commands of this machine
 * @param stopDrain how long sessions may go on after {@link Engine#stop}
 * @param onExit what becomes of names and addresses then
 * @param stateDirectory a directory of the agent's own that survives restarts
 * @param locality where the node stands
 * @since 0.1
 */
public record EngineSettings(
    DataPathSettings dataPath,
    int maxSessions,
    List<InetSocketAddress> nameServers,
    List<Strategy> injectors,
    Duration injectionInterval,
    int probesAtOnce,
    ExternalCommands externalCommands,
    Duration stopDrain,
    OnExit onExit,
    Path stateDirectory,
    Locality locality) {
  /** Those of a node that runs no external commands, and does not know where it stands. */
  public EngineSettings(
      DataPathSettings dataPath,
      int maxSessions,
      List<InetSocketAddress> nameServers,
      List<Strategy> injectors,
      Duration injectionInterval,
      int probesAtOnce,
      Duration stopDrain,
      OnExit onExit,
      Path stateDirectory) {
    this(
        dataPath,
        maxSessions,
        nameServers,
        injectors,
        injectionInterval,
        probesAtOnce,
        ExternalCommands.REFUSE,
        stopDrain,
        onExit,
        stateDirectory,
        Locality.UNKNOWN);
  }

  /** Copies the lists. */
  public EngineSettings {
    nameServers = List.copyOf(nameServers);
    injectors = List.copyOf(injectors);
  }
}
