package io.sallyport.engine.health;

import io.netty.handler.ssl.NotSslRecordException;
import io.sallyport.api.health.ProbePeer;
import java.nio.channels.ClosedChannelException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Says in a few words why TLS was not agreed or a connection broke, and who the peer was. */
final class TlsFault {
  private static final int DEPTH = 10;
  private static final String ALERT = "Received fatal alert: ";
  private static final List<String> SYSTEM =
      List.of("Connection reset by peer", "Connection reset", "Broken pipe", "timed out");

  private TlsFault() {}

  /** The words for people; never empty. */
  static String words(@Nullable Throwable fault) {
    int depth = 0;
    for (Throwable cause = fault; cause != null && depth < DEPTH; cause = cause.getCause()) {
      String known = known(cause);
      if (known != null) {
        return known;
      }
      depth++;
    }
    if (fault == null) {
      return "TLS handshake failed";
    }
    String message = fault.getMessage();
    return message == null || message.isEmpty() ? fault.getClass().getSimpleName() : message;
  }

  private static @Nullable String known(Throwable cause) {
    String message = cause.getMessage() == null ? "" : cause.getMessage();
    return switch (cause) {
      case VerifyingTrust.UntrustedException untrusted -> message;
      case NotSslRecordException plain -> "the endpoint does not speak TLS";
      case ClosedChannelException closed -> "connection closed by the endpoint";
      case SSLException alert when message.startsWith(ALERT) ->
          "TLS alert from the endpoint: " + message.substring(ALERT.length());
      default -> SYSTEM.stream().filter(message::contains).findFirst().orElse(null);
    };
  }

  /** Whom an engine has agreed with. */
  static ProbePeer peer(SSLEngine engine) {
    SSLSession session = engine.getSession();
    String protocol = engine.getApplicationProtocol();
    List<X509Certificate> chain = new ArrayList<>();
    try {
      for (Certificate certificate : session.getPeerCertificates()) {
        if (certificate instanceof X509Certificate x509) {
          chain.add(x509);
        }
      }
    } catch (SSLPeerUnverifiedException anonymous) {
      // There are suites without certificates; then there is no chain to show.
    }
    return new ProbePeer(session.getProtocol(), protocol == null ? "" : protocol, chain);
  }
}
