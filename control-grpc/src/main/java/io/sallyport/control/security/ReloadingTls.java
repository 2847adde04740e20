package io.sallyport.control.security;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Both sides of mutual TLS, from files that are looked at again every now and then: new connections
 * use what the files hold, those that are there go on. A file that cannot be used any more, or a
 * key that is not the certificate's as in the midst of a renewal, leaves what was read before in
 * force, and is logged once.
 *
 * <p>Other clients of the server may resume their sessions of TLS for five minutes, with the
 * identity that they began with.
 *
 * @since 0.1
 */
public final class ReloadingTls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReloadingTls.class);
  private static final long SESSION_S = 300;
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** BoringSSL, where its native library can be loaded: handshakes take it less time. */
  private static final SslProvider PROVIDER =
      OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;

  private final TlsFiles files;
  private final AdvancedTlsX509KeyManager identity;
  private final AdvancedTlsX509TrustManager trust;
  private final TellingTrust telling;
  private final ScheduledFuture<?> looks;
  private List<FileTime> seen;
  private String told = "";
  private @Nullable SslContext client;

  private ReloadingTls(
      TlsFiles files,
      Verification verification,
      Duration every,
      ScheduledExecutorService executor) {
    this.files = files;
    this.identity = new AdvancedTlsX509KeyManager();
    try {
      this.trust = AdvancedTlsX509TrustManager.newBuilder().setVerification(verification).build();
      this.telling = new TellingTrust(trust);
      this.seen = stamps();
      read();
    } catch (IOException | GeneralSecurityException | RuntimeException fault) {
      throw new TlsException(complaint(fault), fault);
    }
    if (PROVIDER == SslProvider.JDK) {
      LOG.atInfo()
          .addKeyValue("reason", OpenSsl.unavailabilityCause())
          .log("TLS runs on the JDK's own, which takes more time: BoringSSL cannot be loaded");
    }
    this.looks =
        executor.scheduleWithFixedDelay(
            this::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Of a server: whoever shows a certificate must show one of the authorities'. Blocks while it
   * reads.
   *
   * @param every how often the files are looked at
   * @throws TlsException when the files cannot be used
   */
  public static ReloadingTls server(
      TlsFiles files, Duration every, ScheduledExecutorService looks) {
    return new ReloadingTls(files, Verification.CERTIFICATE_ONLY_VERIFICATION, every, looks);
  }

  /**
   * Of a client: the server must show a certificate of the authorities' for the name or the address
   * that was connected to. Blocks while it reads.
   *
   * @param every how often the files are looked at
   * @throws TlsException when the files cannot be used
   */
  public static ReloadingTls client(
      TlsFiles files, Duration every, ScheduledExecutorService looks) {
    return new ReloadingTls(
        files, Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION, every, looks);
  }

  private void look() {
    try {
      telling.looked();
      List<FileTime> now = stamps();
      if (now.equals(seen)) {
        return;
      }
      read();
      seen = now;
      told = "";
      LOG.atInfo().addKeyValue("file", files.certificate()).log("the certificates were read again");
    } catch (IOException | GeneralSecurityException | RuntimeException | Error fault) {
      // Whatever it is: who looks no more would go on with a certificate until it has ended.
      String complaint = complaint(fault);
      if (!complaint.equals(told)) {
        told = complaint;
        LOG.atError()
            .addKeyValue("reason", complaint)
            .log("what was read before goes on: the certificates were changed");
      }
    }
  }

  private void read() throws IOException, GeneralSecurityException {
    KeyPairFiles.Pair pair = KeyPairFiles.pair(files.certificate(), files.key());
    X509Certificate[] authorities = KeyPairFiles.certificates(files.authorities());
    // Nothing is taken before all has been read.
    trust.updateTrustCredentials(authorities);
    identity.updateIdentityCredentials(pair.chain().toArray(X509Certificate[]::new), pair.key());
  }

  private List<FileTime> stamps() throws IOException {
    return List.of(
        Files.getLastModifiedTime(files.certificate()),
        Files.getLastModifiedTime(files.key()),
        Files.getLastModifiedTime(files.authorities()));
  }

  private String complaint(Throwable fault) {
    return "the certificates cannot be used ("
        + files.certificate()
        + ", "
        + files.key()
        + ", "
        + files.authorities()
        + "): "
        + (fault.getMessage() == null ? fault : fault.getMessage());
  }

  /**
   * For a server.
   *
   * @param clients whether clients must show a certificate, or may prove who they are otherwise
   */
  public SslContext serverContext(ClientAuth clients) {
    return context(
        GrpcSslContexts.configure(SslContextBuilder.forServer(identity), PROVIDER)
            .trustManager(telling)
            .clientAuth(clients));
  }

  /**
   * For a client that shows its certificate. With BoringSSL it is one for all connections, since it
   * takes native memory; either way each connection begins with what the files held last.
   */
  public synchronized SslContext clientContext() {
    SslContext made = client;
    if (made == null) {
      made =
          context(
              GrpcSslContexts.configure(SslContextBuilder.forClient(), PROVIDER)
                  .trustManager(trust)
                  .keyManager(identity));
      if (made.sessionContext() instanceof OpenSslSessionContext sessions) {
        // A resumed session would go on under the identity that it began with.
        sessions.setSessionCacheEnabled(false);
        client = made;
      }
    }
    return made;
  }

  private SslContext context(SslContextBuilder builder) {
    try {
      return builder.protocols(PROTOCOLS).sessionTimeout(SESSION_S).build();
    } catch (SSLException fault) {
      throw new TlsException("TLS cannot be set up: " + fault.getMessage(), fault);
    }
  }

  /** Looks at the files no more; contexts go on with what was read last. */
  @Override
  public void close() {
    looks.cancel(false);
  }
}
