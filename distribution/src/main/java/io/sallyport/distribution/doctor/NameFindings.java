package io.sallyport.distribution.doctor;

import java.util.List;

/**
 * All that was found out about a public name.
 *
 * @param name the name
 * @param service the id of the service that has it
 * @param address where it shall lead
 * @param lines what the hosts file says of it
 * @param readings what readers make of it
 * @param chains one for each port
 * @since 0.1
 */
public record NameFindings(
    String name,
    String service,
    String address,
    List<HostsLine> lines,
    List<Reading> readings,
    List<Chain> chains) {
  /** Copies the lists. */
  public NameFindings {
    lines = List.copyOf(lines);
    readings = List.copyOf(readings);
    chains = List.copyOf(chains);
  }
}
