package io.sallyport.distribution.doctor;

import java.util.List;

/**
 * What the doctor found.
 *
 * @param catalog where the names come from, in words
 * @param agent what the agent says of itself, or why it says nothing
 * @param hostsFile the hosts file that was read
 * @param names in the order of the catalog
 * @param further hosts that the catalog lacks and that clients are sent to, each once
 * @param chains how many chains there are
 * @param broken how many of them are broken
 * @since 0.1
 */
public record DoctorReport(
    String catalog,
    String agent,
    String hostsFile,
    List<NameFindings> names,
    List<FurtherHost> further,
    int chains,
    int broken) {
  /** Copies the lists. */
  public DoctorReport {
    names = List.copyOf(names);
    further = List.copyOf(further);
  }
}
