package io.sallyport.distribution.log;

import io.sallyport.engine.event.SessionEnd;

/**
 * Which sessions get a log line when they end.
 *
 * @since 0.1
 */
public enum SessionLog {
  /** None. */
  OFF,
  /** Those that neither of their two sides ended by its own will. */
  FAILED,
  /** Every one. */
  ALL;

  /** True when a session that ended so gets a line. */
  public boolean wants(SessionEnd end) {
    return switch (this) {
      case OFF -> false;
      case FAILED -> failed(end);
      case ALL -> true;
    };
  }

  private static boolean failed(SessionEnd end) {
    return switch (end) {
      case COMPLETED, CLIENT_ABORTED, CLIENT_TIMEOUT -> false;
      case CLIENT_ABORTED_CONNECTING,
          CONNECT_REFUSED,
          CONNECT_TIMEOUT,
          NO_ENDPOINT,
          CLIENT_ABORTED_QUEUED,
          QUEUE_TIMEOUT,
          QUEUE_FULL,
          ENDPOINT_ABORTED,
          ENDPOINT_TIMEOUT,
          ENDPOINT_DOWN,
          BACKUP_RELIEVED,
          DRAINED,
          PROXY_HEADER_INVALID,
          PROXY_HEADER_TIMEOUT,
          PROXY_SENDER_REFUSED,
          SERVER_NAME_TIMEOUT,
          NOT_TLS,
          NO_ROUTE,
          ROUTE_FULL,
          CLIENT_NOT_ALLOWED,
          SOURCE_ADDRESS,
          RESOURCES,
          INTERNAL ->
          true;
    };
  }
}
