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
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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

  /** No less can be said to the JDK's own; 0 would be for ever. */
  private static final long CLIENT_SESSION_S = 1;

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** BoringSSL, where its native library can be loaded: handshakes take it less time. */
  private static final SslProvider PROVIDER =
      OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;

  private final TlsParts parts;
  private final AdvancedTlsX509KeyManager identity;
  private final AdvancedTlsX509TrustManager trust;
  private final TellingTrust telling;
  private final ScheduledFuture<?> looks;
  private Map<Path, FileTime> seen;
  private String told = "";
  private @Nullable SslContext client;

  private ReloadingTls(
      TlsParts parts,
      Verification verification,
      Duration every,
      ScheduledExecutorService executor) {
    this.parts = parts;
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
    return new ReloadingTls(
        TlsParts.of(files), Verification.CERTIFICATE_ONLY_VERIFICATION, every, looks);
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
    return client(TlsParts.of(files), every, looks);
  }

  /**
   * Of a client that may have nothing to show, and may trust the system's authorities; else as
   * another client. Blocks while it reads.
   *
   * @param every how often the files are looked at
   * @throws TlsException when the files cannot be used
   */
  public static ReloadingTls client(
      TlsParts parts, Duration every, ScheduledExecutorService looks) {
    return new ReloadingTls(
        parts, Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION, every, looks);
  }

  private void look() {
    try {
      telling.looked();
      Map<Path, FileTime> now = stamps();
      if (now.equals(seen)) {
        return;
      }
      read();
      seen = now;
      told = "";
      LOG.atInfo()
          .addKeyValue("file", parts.files().getFirst())
          .log("the certificates were read again");
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
    Optional<TlsParts.Identity> own = parts.identity();
    Optional<Path> trusted = parts.authorities();
    KeyPairFiles.@Nullable Pair pair =
        own.isPresent() ? KeyPairFiles.pair(own.get().certificate(), own.get().key()) : null;
    X509Certificate @Nullable [] authorities =
        trusted.isPresent() ? KeyPairFiles.certificates(trusted.get()) : null;
    // Nothing is taken before all has been read.
    if (authorities == null) {
      trust.useSystemDefaultTrustCerts();
    } else {
      trust.updateTrustCredentials(authorities);
    }
    if (pair != null) {
      identity.updateIdentityCredentials(pair.chain().toArray(X509Certificate[]::new), pair.key());
    }
  }

  private Map<Path, FileTime> stamps() throws IOException {
    Map<Path, FileTime> stamps = new LinkedHashMap<>();
    for (Path file : parts.files()) {
      stamps.put(file, Files.getLastModifiedTime(file));
    }
    return stamps;
  }

  private String complaint(Throwable fault) {
    return "the certificates cannot be used ("
        + parts.files().stream().map(Path::toString).collect(Collectors.joining(", "))
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
            .clientAuth(clients),
        SESSION_S);
  }

  /**
   * For a client that shows its certificate, where it has one. With BoringSSL it is one for all
   * connections, since it takes native memory. Each connection begins with what the files held
   * last; with the JDK's own TLS, one that is made with the same context within a second of another
   * may resume that one's session.
   */
  public synchronized SslContext clientContext() {
    SslContext made = client;
    if (made == null) {
      SslContextBuilder builder =
          GrpcSslContexts.configure(SslContextBuilder.forClient(), PROVIDER).trustManager(trust);
      if (parts.identity().isPresent()) {
        builder.keyManager(identity);
      }
      made = context(builder, CLIENT_SESSION_S);
      if (made.sessionContext() instanceof OpenSslSessionContext sessions) {
        // A resumed session would go on under the identity that it began with.
        sessions.setSessionCacheEnabled(false);
        client = made;
      }
    }
    return made;
  }

  private static SslContext context(SslContextBuilder builder, long sessionSeconds) {
    try {
      return builder.protocols(PROTOCOLS).sessionTimeout(sessionSeconds).build();
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
