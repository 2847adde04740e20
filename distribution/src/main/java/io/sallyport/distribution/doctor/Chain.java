package io.sallyport.distribution.doctor;

import java.util.List;

/**
 * The way of one name through one port of its service.
 *
 * @param port the port
 * @param links from the name to what serves, each once
 * @since 0.1
 */
public record Chain(int port, List<Link> links) {
  /** Copies the list. */
  public Chain {
    links = List.copyOf(links);
  }

  /** True when a link is broken. */
  public boolean broken() {
    return links.stream().anyMatch(link -> link.verdict() == Verdict.BROKEN);
  }
}
