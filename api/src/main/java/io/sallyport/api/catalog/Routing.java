package io.sallyport.api.catalog;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * How clients of one address and port are told apart, where several services share it.
 *
 * @param by what tells them apart
 * @param names the server names that lead here, in small letters; {@code *.example.com} stands for
 *     every name that ends so
 * @param fallback whether clients that no service claims come here
 * @since 0.1
 */
public record Routing(By by, List<String> names, boolean fallback) {
  /** The address and port are one service's alone. */
  public static final Routing NONE = new Routing(By.NONE, List.of(), false);

  private static final String WILD = "*.";

  /** What tells clients apart. */
  public enum By {
    /** Nothing. */
    NONE,
    /** The server name that the client asks for when it opens TLS. */
    SNI
  }

  /** Copies the names and makes their letters small. */
  public Routing {
    Objects.requireNonNull(by, "by");
    names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  /** Whether two services may share an address and a port, since no client is both's. */
  public boolean standsBeside(Routing other) {
    return by != By.NONE
        && by == other.by
        && !(fallback && other.fallback)
        && Collections.disjoint(names, other.names);
  }

  /** What is wrong with a server name; empty when nothing is. */
  public static Optional<String> complaint(String name) {
    return HostName.complaint(name.startsWith(WILD) ? name.substring(WILD.length()) : name);
  }
}
