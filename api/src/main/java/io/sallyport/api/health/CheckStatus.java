package io.sallyport.api.health;

/**
 * How a probe ended. The texts are those of HAProxy's health-check log lines, which parsers exist
 * for.
 *
 * @since 0.1
 */
public enum CheckStatus {
  /** The connection was accepted, and nothing more was asked. */
  LAYER4_PASSED("Layer4 check passed", true),
  /** Nothing answered the connection attempt in time. */
  LAYER4_TIMEOUT("Layer4 timeout", false),
  /** The connection was refused, or the network had no way there. */
  LAYER4_CONNECTION_PROBLEM("Layer4 connection problem", false),
  /** TLS was agreed. */
  LAYER6_PASSED("Layer6 check passed", true),
  /** TLS was not agreed in time. */
  LAYER6_TIMEOUT("Layer6 timeout", false),
  /** The TLS handshake failed. */
  LAYER6_INVALID_RESPONSE("Layer6 invalid response", false),
  /** The application answered as expected. */
  LAYER7_PASSED("Layer7 check passed", true),
  /** The application did not answer in time. */
  LAYER7_TIMEOUT("Layer7 timeout", false),
  /** The application's answer could not be understood or was not the expected one. */
  LAYER7_INVALID_RESPONSE("Layer7 invalid response", false),
  /** The application answered with a status that means failure. */
  LAYER7_WRONG_STATUS("Layer7 wrong status", false),
  /** A command of this machine ended with 0. */
  EXTERNAL_PASSED("External check passed", true),
  /** A command of this machine ended with another code. */
  EXTERNAL_FAILED("External check error", false),
  /** A command of this machine did not end in time. */
  EXTERNAL_TIMEOUT("External check timeout", false),
  /** The probe could not be made: no descriptor, no address, a fault in the check. */
  SOCKET_ERROR("Socket error", false);

  private final String text;
  private final boolean passed;

  CheckStatus(String text, boolean passed) {
    this.text = text;
    this.passed = passed;
  }

  /** The words of HAProxy's log line. */
  public String text() {
    return text;
  }

  /** True when the endpoint serves. */
  public boolean passed() {
    return passed;
  }
}
