package io.sallyport.distribution.demo;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for the demo's public names, with its key: made anew at each start, known to nobody
 * else, gone with the process. The JDK signs and verifies certificates but has no public way to
 * write one, so the few fields of RFC 5280 that it takes are written here, in DER.
 */
final class DemoCertificate {
  private static final Duration VALID = Duration.ofDays(2);
  private static final DateTimeFormatter UTC_TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final char[] NO_SECRET = "in memory only".toCharArray();

  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int UTF8_STRING = 0x0c;
  private static final int UTC = 0x17;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int VERSION = 0xa0;
  private static final int EXTENSIONS = 0xa3;
  private static final int DNS_NAME = 0x82;

  private static final byte[] ECDSA_WITH_SHA256 = {42, -122, 72, -50, 61, 4, 3, 2};
  private static final byte[] COMMON_NAME = {85, 4, 3};
  private static final byte[] SUBJECT_ALTERNATIVE_NAME = {85, 29, 17};
  private static final byte[] VERSION_3 = {2};

  private final KeyPair keys;
  private final Certificate certificate;

  private DemoCertificate(KeyPair keys, Certificate certificate) {
    this.keys = keys;
    this.certificate = certificate;
  }

  /** Makes one for these host names, valid from yesterday until tomorrow. */
  static DemoCertificate of(List<String> names, Instant now) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair keys = generator.generateKeyPair();
    byte[] tbs = toBeSigned(names, now, keys.getPublic().getEncoded());
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(tbs);
    byte[] der = der(SEQUENCE, tbs, algorithm(), bits(signature.sign()));
    return new DemoCertificate(
        keys,
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)));
  }

  /** For servers that show the certificate. */
  SSLContext server() throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    store.setKeyEntry("demo", keys.getPrivate(), NO_SECRET, new Certificate[] {certificate});
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, NO_SECRET);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /** For clients that trust this certificate and no other. */
  SSLContext client() throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    store.setCertificateEntry("demo", certificate);
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static byte[] toBeSigned(List<String> names, Instant now, byte[] publicKey) {
    byte[] commonName =
        der(SEQUENCE, der(OBJECT_IDENTIFIER, COMMON_NAME), text(UTF8_STRING, names.getFirst()));
    byte[] name = der(SEQUENCE, der(SET, commonName));
    byte[] validity =
        der(
            SEQUENCE,
            text(UTC, UTC_TIME.format(now.minus(VALID.dividedBy(2)))),
            text(UTC, UTC_TIME.format(now.plus(VALID.dividedBy(2)))));
    byte[][] alternatives = names.stream().map(each -> text(DNS_NAME, each)).toArray(byte[][]::new);
    byte[] extension =
        der(
            SEQUENCE,
            der(OBJECT_IDENTIFIER, SUBJECT_ALTERNATIVE_NAME),
            der(OCTET_STRING, der(SEQUENCE, alternatives)));
    return der(
        SEQUENCE,
        der(VERSION, der(INTEGER, VERSION_3)),
        der(INTEGER, serial(now)),
        algorithm(),
        name,
        validity,
        name,
        publicKey,
        der(EXTENSIONS, der(SEQUENCE, extension)));
  }

  private static byte[] algorithm() {
    return der(SEQUENCE, der(OBJECT_IDENTIFIER, ECDSA_WITH_SHA256));
  }

  private static byte[] serial(Instant now) {
    return BigInteger.valueOf(now.toEpochMilli()).toByteArray();
  }

  private static byte[] bits(byte[] content) {
    byte[] noneUnused = {0};
    return der(BIT_STRING, noneUnused, content);
  }

  private static byte[] text(int tag, String text) {
    return der(tag, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Tag, length, and the parts one after the other. */
  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(tag);
    if (length < 0x80) {
      whole.write(length);
    } else if (length < 0x100) {
      whole.write(0x81);
      whole.write(length);
    } else {
      whole.write(0x82);
      whole.write(length >> 8);
      whole.write(length);
    }
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }
}
