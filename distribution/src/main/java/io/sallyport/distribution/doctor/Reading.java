package io.sallyport.distribution.doctor;

import java.util.List;

/**
 * What one reader makes of a name.
 *
 * @param reader {@code libc}, {@code first-line}, {@code go}, {@code jvm}, or {@code dns} and a
 *     name server's address
 * @param outcome whether it has an answer
 * @param addresses in the reader's order; empty unless found
 * @param note what else is to be said; may be empty
 * @since 0.1
 */
public record Reading(String reader, Outcome outcome, List<String> addresses, String note) {
  /** Whether a reader has an answer. */
  public enum Outcome {
    /** Addresses. */
    FOUND,
    /** That there are none. */
    NONE,
    /** None: it could not be asked, or did not answer in time. */
    UNKNOWN
  }

  /** Copies the list. */
  public Reading {
    addresses = List.copyOf(addresses);
  }

  static Reading found(String reader, List<String> addresses, String note) {
    return addresses.isEmpty()
        ? none(reader, note)
        : new Reading(reader, Outcome.FOUND, addresses, note);
  }

  static Reading none(String reader, String note) {
    return new Reading(reader, Outcome.NONE, List.of(), note);
  }

  static Reading unknown(String reader, String note) {
    return new Reading(reader, Outcome.UNKNOWN, List.of(), note);
  }
}
