package io.sallyport.api.health;

import java.util.Optional;

/**
 * What a probe says to an endpoint, and what it makes of the answers: a function from what was
 * heard to the next move, which neither blocks nor does any I/O.
 *
 * <pre>
 *   opened ──► Say ──► said ──► Listen ──► heard ──► Listen, Say or Finish
 * </pre>
 *
 * <p>Every method may give any move. One dialogue serves one connection; it is called by one thread
 * at a time and by none of the engine's loops, so that it may take a little time to think; while it
 * does, other probes that converse may wait.
 *
 * @since 0.1
 */
public interface ProbeDialogue {
  /**
   * The connection stands.
   *
   * @param peer who is there, when TLS was asked for and agreed
   */
  ProbeMove opened(Optional<ProbePeer> peer);

  /** What was to be said has been handed to the system. Listens, unless overridden. */
  default ProbeMove said() {
    return ProbeMove.LISTEN;
  }

  /**
   * Something was heard, or nothing more will be.
   *
   * @param hearing all that was heard since the dialogue last said something
   */
  ProbeMove heard(ProbeHearing hearing);
}
