package io.sallyport.engine.health;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.health.ProbeTls;
import io.sallyport.api.health.ProbeTls.Verification;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom probes trust, read from files and kept until a file changes. A file that was good and can no
 * longer be read leaves what was read from it in force, so that a slip in renewing it takes no
 * endpoint down.
 *
 * <p>Any thread; reads files, so no loop.
 */
final class ProbeTrust {
  /** Where this machine's certificates are, as distributions have it; the first one counts. */
  private static final List<Path> OF_THIS_MACHINE =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  private static final long LARGEST_FILE = 16L * 1024 * 1024;
  private static final int PORTS = 65_535;

  private final Map<Path, Kept> kept = new HashMap<>();
  private @Nullable SslContext ofTheJdk;
  private @Nullable SslContext any;

  private record Stamp(FileTime modified, long size) {}

  private record Kept(Stamp stamp, SslContext context) {}

  /**
   * What to agree on TLS with.
   *
   * @param warning what is wrong with the trusted certificates; empty when nothing is
   */
  record Trust(SslContext context, String warning) {}

  /**
   * What a probe is to trust.
   *
   * @throws TrustException when there is nothing to trust
   */
  synchronized Trust trust(ProbeTls tls) {
    try {
      if (tls.verification() == Verification.NONE) {
        SslContext made = any == null ? context(new AnyTrust()) : any;
        any = made;
        return new Trust(made, "");
      }
      Optional<Path> file =
          tls.authorities()
              .or(() -> OF_THIS_MACHINE.stream().filter(Files::isReadable).findFirst());
      if (file.isPresent()) {
        return ofFile(file.get());
      }
      SslContext made =
          ofTheJdk == null ? context(new VerifyingTrust(manager((KeyStore) null))) : ofTheJdk;
      ofTheJdk = made;
      return new Trust(made, "");
    } catch (IOException | GeneralSecurityException fault) {
      throw new TrustException("TLS cannot be had here: " + fault.getMessage(), fault);
    }
  }

  /**
   * Reads what there is to trust and greets nobody: what the first handshake would have to load is
   * loaded then.
   *
   * @throws TrustException when there is nothing to trust
   */
  void rehearse(ProbeTls tls, int turn, Executor thinkers) {
    SSLEngine engine = handler(trust(tls), tls, turn, thinkers).engine();
    try {
      engine.beginHandshake();
      engine.wrap(
          ByteBuffer.allocate(0), ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
    } catch (SSLException fault) {
      throw new TrustException("TLS cannot be had here: " + fault.getMessage(), fault);
    }
  }

  private Trust ofFile(Path file) {
    Kept before = kept.get(file);
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      Stamp stamp = new Stamp(attributes.lastModifiedTime(), attributes.size());
      if (before == null || !before.stamp().equals(stamp)) {
        before = new Kept(stamp, context(new VerifyingTrust(manager(read(file, stamp.size())))));
        kept.put(file, before);
      }
      return new Trust(before.context(), "");
    } catch (IOException | GeneralSecurityException fault) {
      String words = "trusted certificates of " + file + " cannot be read: " + words(fault);
      if (before == null) {
        throw new TrustException(words, fault);
      }
      return new Trust(before.context(), words + "; those read before go on");
    }
  }

  private static String words(Exception fault) {
    return fault instanceof NoSuchFileException
        ? "there is no such file"
        : String.valueOf(fault.getMessage());
  }

  private static KeyStore read(Path file, long size) throws IOException, GeneralSecurityException {
    if (size > LARGEST_FILE) {
      throw new IOException("it is larger than " + LARGEST_FILE + " bytes");
    }
    Collection<? extends Certificate> certificates;
    try (InputStream in = Files.newInputStream(file)) {
      certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
    if (certificates.isEmpty()) {
      throw new IOException("it holds no certificate");
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (Certificate certificate : certificates) {
      store.setCertificateEntry(String.valueOf(number++), certificate);
    }
    return store;
  }

  private static X509ExtendedTrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("this JDK has no X.509 trust");
  }

  private static SslContext context(X509ExtendedTrustManager trust) throws IOException {
    return SslContextBuilder.forClient()
        .sslProvider(SslProvider.JDK)
        .trustManager(trust)
        .sessionCacheSize(1)
        .build();
  }

  /**
   * What agrees on TLS in a channel's pipeline.
   *
   * @param turn another number each time
   * @param thinkers where certificates are verified
   */
  static SslHandler handler(Trust trust, ProbeTls tls, int turn, Executor thinkers) {
    // The JDK resumes sessions of the same host and port, and then sees no certificate. The port is
    // told to nobody else, so another one each time makes every handshake a whole one.
    int port = 1 + Math.floorMod(turn, PORTS);
    SslHandler handler =
        trust.context().newHandler(ByteBufAllocator.DEFAULT, tls.serverName(), port, thinkers);
    handler.setHandshakeTimeoutMillis(0);
    SSLEngine engine = handler.engine();
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm(
        tls.verification() == Verification.FULL ? "HTTPS" : "");
    if (!tls.serverName().isEmpty() && Addresses.literal(tls.serverName()).isEmpty()) {
      parameters.setServerNames(List.of(new AskedName(tls.serverName())));
    }
    if (!tls.protocols().isEmpty()) {
      parameters.setApplicationProtocols(tls.protocols().toArray(String[]::new));
    }
    engine.setSSLParameters(parameters);
    return handler;
  }

  /** A host name as it stands: the JDK's own kind refuses the underscores of private zones. */
  private static final class AskedName extends SNIServerName {
    AskedName(String name) {
      super(StandardConstants.SNI_HOST_NAME, name.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** There is nothing to trust. */
  static final class TrustException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TrustException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
