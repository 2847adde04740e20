package io.sallyport.engine;

/**
 * Whether health checks may run commands of this machine. A catalog may come from elsewhere, so the
 * node's owner decides.
 *
 * @since 0.1
 */
public enum ExternalCommands {
  /** A service that asks for one is not served, and says so. */
  REFUSE,
  /** They are run, with the agent's own rights. */
  ALLOW
}
