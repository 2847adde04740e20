package io.sallyport.engine.event;

/**
 * The one reason for which a session ended: the log field and the metric tag. The code is the
 * termination state of HAProxy's tcplog line.
 *
 * @since 0.1
 */
public enum SessionEnd {
  /** Both sides ended in good order. */
  COMPLETED("--"),
  /** The client went away before an endpoint had answered. */
  CLIENT_ABORTED_CONNECTING("CC"),
  /** The client went away while it waited for room. */
  CLIENT_ABORTED_QUEUED("CQ"),
  /** The client's connection broke. */
  CLIENT_ABORTED("CD"),
  /** The client's side was half-closed or silent for too long. */
  CLIENT_TIMEOUT("cD"),
  /** No endpoint accepted: all attempts were refused. */
  CONNECT_REFUSED("SC"),
  /** No endpoint accepted: the last attempt got no answer in time. */
  CONNECT_TIMEOUT("sC"),
  /** The cluster had no endpoint to offer. */
  NO_ENDPOINT("SC"),
  /** No endpoint, or not the service itself, had room for it in time. */
  QUEUE_TIMEOUT("sQ"),
  /** As many sessions as may wait for room did so already. */
  QUEUE_FULL("SQ"),
  /** The endpoint's connection broke. */
  ENDPOINT_ABORTED("SD"),
  /** The endpoint's side was half-closed or silent for too long. */
  ENDPOINT_TIMEOUT("sD"),
  /** The endpoint's verdict turned bad, and the service closes its sessions then. */
  ENDPOINT_DOWN("D-"),
  /** A primary endpoint came back, and the service closes sessions on backups then. */
  BACKUP_RELIEVED("U-"),
  /**
   * The listener, endpoint or service was removed, or the agent stops, and the drain time is over.
   */
  DRAINED("K-"),
  /** What should have been a PROXY header was none, or more than one may be. */
  PROXY_HEADER_INVALID("PR"),
  /** The PROXY header did not come in time. */
  PROXY_HEADER_TIMEOUT("cR"),
  /** The client is none of those from whom the listener takes connections, with a PROXY header. */
  PROXY_SENDER_REFUSED("PR"),
  /** The client did not say in time which server it wants. */
  SERVER_NAME_TIMEOUT("cR"),
  /** The client does not speak TLS, and there is no service for those who ask for none. */
  NOT_TLS("PR"),
  /** No service has the server name that the client asked for. */
  NO_ROUTE("PR"),
  /** The service that the client asked for has all the sessions that it may have. */
  ROUTE_FULL("PR"),
  /** The client is in none of the networks that the service is for. */
  CLIENT_NOT_ALLOWED("PR"),
  /** The node cannot connect from the source address that the endpoint is given. */
  SOURCE_ADDRESS("RC"),
  /** This node had no descriptor, port or memory left for it. */
  RESOURCES("RC"),
  /** A fault in Sallyport or a plugin. */
  INTERNAL("ID");

  private final String code;

  SessionEnd(String code) {
    this.code = code;
  }

  /**
   * HAProxy's two characters: who ended it, and in which phase. HAProxy names no phase for a
   * session that was killed, whatever it was doing.
   */
  public String code() {
    return code;
  }

  /** The name in kebab-case, for log fields and metric tags. */
  public String tag() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
