package io.sallyport.distribution.doctor;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * Connects to one address and port as a client of one name would, with TLS or without. A
 * certificate is taken as it comes; judging it is for somebody else. Blocks for the limits' time at
 * most.
 */
final class Dialer {
  private static final String ALERT = "fatal alert: ";
  private static final byte[] PROXY_HEADER =
      "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);

  private final String name;
  private final InetSocketAddress address;
  private final boolean proxied;
  private final Limits limits;
  private final Deadlines deadlines;
  private final SSLContext tls;

  /**
   * Makes a dialer.
   *
   * @param name the server name to ask for
   * @param proxied whether to begin with a PROXY header
   */
  Dialer(
      String name, InetSocketAddress address, boolean proxied, Limits limits, Deadlines deadlines) {
    this.name = name;
    this.address = address;
    this.proxied = proxied;
    this.limits = limits;
    this.deadlines = deadlines;
    try {
      tls = SSLContext.getInstance("TLS");
      tls.init(null, new TrustManager[] {new AnyCertificate()}, null);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK knows no TLS", impossible);
    }
  }

  String name() {
    return name;
  }

  InetSocketAddress address() {
    return address;
  }

  /** What came of wanting TLS. */
  sealed interface Greeted {
    /**
     * It was agreed.
     *
     * @param socket the connection, which whoever gets this has to close
     * @param chain what the other side showed, its own certificate first
     * @param protocol such as {@code TLSv1.3}
     */
    record Agreed(SSLSocket socket, List<X509Certificate> chain, String protocol)
        implements Greeted {
      /** Copies the list. */
      public Agreed {
        chain = List.copyOf(chain);
      }
    }

    /** The other side answered with something else. */
    record Plain() implements Greeted {}

    /** The other side said nothing, within the time. */
    record Silent() implements Greeted {}

    /** The other side ended the connection without a word. */
    record Closed() implements Greeted {}

    /**
     * The other side speaks TLS and refused, or speaks it in a way that we do not.
     *
     * @param words how
     */
    record Refused(String words) implements Greeted {}
  }

  /** Connects; the caller closes what it gets. */
  Socket connect() throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(address, Math.toIntExact(limits.connect().toMillis()));
      socket.setSoTimeout(Math.toIntExact(limits.talk().toMillis()));
      socket.setTcpNoDelay(true);
      if (proxied) {
        socket.getOutputStream().write(PROXY_HEADER);
      }
      return socket;
    } catch (IOException fault) {
      socket.close();
      throw fault;
    }
  }

  /** Connects and agrees on TLS. */
  Greeted greet() {
    Socket socket;
    try {
      socket = connect();
    } catch (IOException gone) {
      return new Greeted.Closed();
    }
    try (Deadlines.Running time = deadlines.watch(socket, limits.talk())) {
      try {
        return agree(socket);
      } catch (IOException fault) {
        close(socket);
        return time.over() ? new Greeted.Silent() : why(fault);
      }
    }
  }

  private Greeted agree(Socket socket) throws IOException {
    SSLSocket secure =
        (SSLSocket) tls.getSocketFactory().createSocket(socket, name, address.getPort(), true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(name.getBytes(StandardCharsets.US_ASCII))));
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    List<X509Certificate> chain = new ArrayList<>();
    for (Certificate certificate : secure.getSession().getPeerCertificates()) {
      if (certificate instanceof X509Certificate x509) {
        chain.add(x509);
      }
    }
    return new Greeted.Agreed(secure, chain, secure.getSession().getProtocol());
  }

  private static Greeted why(IOException fault) {
    String words = String.valueOf(fault.getMessage());
    int alert = words.indexOf(ALERT);
    if (alert >= 0) {
      return new Greeted.Refused("TLS alert " + words.substring(alert + ALERT.length()));
    }
    return switch (fault) {
      case SSLException plain
          when words.contains("unrecognized SSL message")
              || words.contains("plaintext connection") ->
          new Greeted.Plain();
      case SSLException ended
          when words.contains("terminated the handshake")
              || ended.getCause() instanceof SocketException
              || ended.getCause() instanceof EOFException ->
          new Greeted.Closed();
      case SSLException strange -> new Greeted.Refused(words);
      case SocketTimeoutException silent -> new Greeted.Silent();
      default -> new Greeted.Closed();
    };
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // Nobody needs it any more.
    }
  }
}
