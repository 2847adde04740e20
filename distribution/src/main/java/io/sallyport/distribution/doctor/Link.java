package io.sallyport.distribution.doctor;

/**
 * One link of a chain.
 *
 * @param link its name, one of the constants
 * @param verdict what became of it
 * @param reason why, in words for people; never empty
 * @param remedy what to do; empty where there is nothing to do
 * @since 0.1
 */
public record Link(String link, Verdict verdict, String reason, String remedy) {
  /** What the readers of names say. */
  public static final String NAMES = "names";

  /** The service's address is the node's own. */
  public static final String ADDRESS = "address";

  /** Something accepts connections there. */
  public static final String LISTENER = "listener";

  /** Endpoints are up behind it. */
  public static final String ENDPOINTS = "endpoints";

  /** TLS is agreed, and the certificate is good for the name. */
  public static final String TLS = "tls";

  /** An image registry answers, and the hosts that it sends clients to are reached as well. */
  public static final String REGISTRY = "registry";

  static Link ok(String link, String reason) {
    return new Link(link, Verdict.OK, reason, "");
  }

  static Link warn(String link, String reason, String remedy) {
    return new Link(link, Verdict.WARN, reason, remedy);
  }

  static Link broken(String link, String reason, String remedy) {
    return new Link(link, Verdict.BROKEN, reason, remedy);
  }

  static Link skipped(String link, String reason) {
    return new Link(link, Verdict.SKIPPED, reason, "");
  }
}
