package io.sallyport.engine;

/**
 * What becomes of names and addresses when the engine stops.
 *
 * @since 0.1
 */
public enum OnExit {
  /** They stay: for a restart or an upgrade. */
  KEEP,
  /** Names are withdrawn first, addresses last: for an uninstallation. */
  WITHDRAW
}
