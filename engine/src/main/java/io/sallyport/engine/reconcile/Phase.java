package io.sallyport.engine.reconcile;

import java.util.Locale;

/**
 * How far a service has come. Up: address, listeners, proof, names. Down: the same in reverse.
 *
 * <pre>{@code
 * OWNING_ADDRESS ──► OPENING ──► PROBING ──► SERVING
 *   │    └──────────────┴───────────┴───────────┴──► WITHDRAWING ──► DRAINING ──► GONE
 * }</pre>
 */
enum Phase {
  /** Its address is not in place yet. */
  OWNING_ADDRESS,
  /** Its listeners are not all open yet. */
  OPENING,
  /** No endpoint is known to serve yet. */
  PROBING,
  /** Its names may be published. */
  SERVING,
  /** It cannot be brought up as it is declared: a plugin failed. */
  FAILED,
  /** Its names are being withdrawn. */
  WITHDRAWING,
  /** It accepts no more; its last sessions are ending. */
  DRAINING,
  /** Nothing is left of it. */
  GONE;

  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
