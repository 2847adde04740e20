package io.sallyport.api.catalog;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;

/**
 * Whose sessions a port takes, and what becomes of those that it has no room for.
 *
 * @param clients the networks that clients may come from; none means that everybody may
 * @param queue where sessions wait for room
 * @since 0.1
 */
public record Admission(List<NetworkPrefix> clients, QueuePolicy queue) {
  /** Everybody may come, and none waits. */
  public static final Admission OPEN = new Admission(List.of(), QueuePolicy.NONE);

  /** Copies the networks. */
  public Admission {
    clients = List.copyOf(clients);
    Objects.requireNonNull(queue, "queue");
  }

  /** Whether a client may come. */
  public boolean allows(InetAddress client) {
    if (clients.isEmpty()) {
      return true;
    }
    for (NetworkPrefix network : clients) {
      if (network.contains(client)) {
        return true;
      }
    }
    return false;
  }
}
