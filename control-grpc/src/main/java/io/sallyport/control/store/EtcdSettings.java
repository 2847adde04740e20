package io.sallyport.control.store;

import io.sallyport.control.security.TlsParts;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How to reach an etcd, and what in it is ours.
 *
 * @param endpoints {@code http://host:port} or {@code https://host:port}; at least one, all with
 *     the same scheme
 * @param prefix what all of our keys begin with, such as {@code /sallyport/}
 * @param user who to be, of an etcd that asks
 * @param tls the files for https; empty: the system's authorities, and no certificate of our own; a
 *     new connection begins with what they hold
 * @param timeout how long one request may take, with its retries
 * @param presence how long what is present stays after its process ended; whole seconds
 * @since 0.1
 */
public record EtcdSettings(
    List<URI> endpoints,
    String prefix,
    Optional<User> user,
    Optional<Tls> tls,
    Duration timeout,
    Duration presence) {
  /** Checks the endpoints. */
  public EtcdSettings {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("an etcd without endpoints");
    }
    if (endpoints.stream().map(URI::getScheme).distinct().count() > 1) {
      throw new IllegalArgumentException("endpoints with and without TLS");
    }
  }

  boolean encrypted() {
    return "https".equals(endpoints.getFirst().getScheme());
  }

  /** For messages. */
  String where() {
    return endpoints.stream().map(URI::toString).collect(Collectors.joining(", ", "etcd at ", ""));
  }

  /** A user of etcd's own. */
  public record User(String name, String password) {
    @Override
    public String toString() {
      return "User[" + name + "]";
    }
  }

  /**
   * The files for TLS.
   *
   * @param look how often they are looked at
   */
  public record Tls(TlsParts files, Duration look) {}
}
