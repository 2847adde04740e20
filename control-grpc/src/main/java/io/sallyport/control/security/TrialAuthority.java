package io.sallyport.control.security;

import io.sallyport.api.catalog.Addresses;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A small certificate authority in a directory, for trials and tests: its key lies there, readable
 * by its owner alone, beside the certificates that it issues. The JDK's {@code keytool} does the
 * work. One at a time; methods block for about a second.
 *
 * @since 0.1
 */
public final class TrialAuthority {
  private static final String STORE = "ca.p12";
  private static final String PASSWORD = "ca.password";
  private static final String CERTIFICATE = "ca.pem";
  private static final String AUTHORITY = "ca";
  private static final String LEAF = "issued";
  private static final Duration AUTHORITY_VALID = Duration.ofDays(3_650);
  private static final int PEM_LINE = 64;
  private static final int SECRET_BYTES = 24;
  private static final long PATIENCE_S = 60;
  private static final int MOST_SAID = 4_096;

  private final Path directory;
  private final Path keytool;
  private final String trustDomain;

  private TrialAuthority(Path directory, Path keytool, String trustDomain) {
    this.directory = directory;
    this.keytool = keytool;
    this.trustDomain = trustDomain;
  }

  /** For whom a certificate is. */
  public sealed interface Holder {
    /** An agent's node. */
    record Node(String name) implements Holder {}

    /** A replica of the control plane, with the host names and addresses it is reached under. */
    record Replica(String name, List<String> hosts) implements Holder {
      /** Copies the list. */
      public Replica {
        hosts = List.copyOf(hosts);
      }
    }

    /** An operator. */
    record Operator(String name, Role role) implements Holder {}
  }

  /** Something could not be made; the message says what, and why. */
  public static final class TrialException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    private TrialException(String message) {
      super(message);
    }

    private TrialException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Makes an authority, or opens the one that is there.
   *
   * @param javaHome where {@code bin/keytool} is
   * @param trustDomain the domain of the SPIFFE identities that it issues
   * @throws TrialException when it cannot be made
   */
  public static TrialAuthority in(Path directory, Path javaHome, String trustDomain) {
    Path keytool = javaHome.resolve("bin").resolve("keytool");
    if (!Files.isExecutable(keytool)) {
      throw new TrialException(keytool + " is missing: install the whole of Sallyport, or a JDK");
    }
    TrialAuthority authority = new TrialAuthority(directory, keytool, trustDomain);
    if (!Files.exists(directory.resolve(STORE))) {
      authority.create();
    }
    return authority;
  }

  /** The authority's own certificate, which every side trusts. */
  public Path certificate() {
    return directory.resolve(CERTIFICATE);
  }

  private void create() {
    try {
      Files.createDirectories(directory);
      byte[] secret = new byte[SECRET_BYTES];
      new SecureRandom().nextBytes(secret);
      write(PASSWORD, Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
      keytool(
          "-genkeypair",
          "-alias",
          AUTHORITY,
          "-dname",
          "CN=Sallyport trial authority",
          "-validity",
          String.valueOf(AUTHORITY_VALID.toDays()),
          "-ext",
          "bc:c=ca:true",
          "-ext",
          "ku:c=keyCertSign,cRLSign");
      Files.setPosixFilePermissions(
          directory.resolve(STORE), PosixFilePermissions.fromString("rw-------"));
      write(CERTIFICATE, pem("CERTIFICATE", store().getCertificate(AUTHORITY).getEncoded()));
    } catch (IOException | GeneralSecurityException fault) {
      throw new TrialException("no authority could be made in " + directory + ": " + fault, fault);
    }
  }

  /**
   * Issues a certificate with a new key. An earlier one of the same file name is replaced.
   *
   * @param file the name of the files, without {@code .pem} and {@code .key}
   * @throws TrialException when it cannot be issued
   */
  public TlsFiles issue(Holder holder, String file, Duration valid) {
    try {
      List<String> words = new ArrayList<>(List.of("-genkeypair", "-alias", LEAF));
      words.addAll(List.of("-signer", AUTHORITY, "-dname", "CN=" + name(holder)));
      words.addAll(List.of("-validity", String.valueOf(Math.max(1, valid.toDays()))));
      words.addAll(List.of("-ext", "san=" + String.join(",", alternatives(holder))));
      words.addAll(List.of("-ext", "ku=digitalSignature"));
      words.addAll(List.of("-ext", "eku=serverAuth,clientAuth"));
      forgetLeaf();
      keytool(words.toArray(String[]::new));
      KeyStore store = store();
      Key key = store.getKey(LEAF, password());
      StringBuilder chain = new StringBuilder();
      for (Certificate certificate : store.getCertificateChain(LEAF)) {
        chain.append(pem("CERTIFICATE", certificate.getEncoded()));
      }
      write(file + ".key", pem("PRIVATE KEY", key.getEncoded()));
      write(file + ".pem", chain.toString());
      forgetLeaf();
      return new TlsFiles(
          directory.resolve(file + ".pem"), directory.resolve(file + ".key"), certificate());
    } catch (IOException | GeneralSecurityException fault) {
      throw new TrialException(
          "no certificate could be issued for " + name(holder) + ": " + fault, fault);
    }
  }

  private static String name(Holder holder) {
    return switch (holder) {
      case Holder.Node node -> node.name();
      case Holder.Replica replica -> replica.name();
      case Holder.Operator operator -> operator.name();
    };
  }

  private List<String> alternatives(Holder holder) {
    String domain = "uri:spiffe://" + trustDomain;
    return switch (holder) {
      case Holder.Node node -> List.of(domain + "/node/" + node.name());
      case Holder.Operator operator ->
          List.of(domain + "/operator/" + operator.role().text() + "/" + operator.name());
      case Holder.Replica replica -> {
        List<String> all = new ArrayList<>(List.of(domain + "/replica/" + replica.name()));
        replica
            .hosts()
            .forEach(
                host -> all.add((Addresses.literal(host).isPresent() ? "ip:" : "dns:") + host));
        yield all;
      }
    };
  }

  private void forgetLeaf() throws IOException, GeneralSecurityException {
    KeyStore store = store();
    if (!store.containsAlias(LEAF)) {
      return;
    }
    store.deleteEntry(LEAF);
    Path draft = directory.resolve(STORE + ".new");
    Files.deleteIfExists(draft);
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (OutputStream out = Files.newOutputStream(draft, StandardOpenOption.WRITE)) {
      store.store(out, password());
    }
    Files.move(draft, directory.resolve(STORE), StandardCopyOption.ATOMIC_MOVE);
  }

  private KeyStore store() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve(STORE))) {
      store.load(in, password());
    }
    return store;
  }

  private char[] password() throws IOException {
    return Files.readString(directory.resolve(PASSWORD)).strip().toCharArray();
  }

  private void keytool(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(keytool.toString()));
    command.addAll(List.of(words));
    command.addAll(List.of("-keystore", directory.resolve(STORE).toString()));
    command.addAll(List.of("-storetype", "PKCS12"));
    command.addAll(List.of("-storepass:file", directory.resolve(PASSWORD).toString()));
    if (command.contains("-genkeypair")) {
      command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (InputStream said = process.getInputStream()) {
      String text = new String(said.readNBytes(MOST_SAID), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new TrialException("keytool does not end");
      }
      if (process.exitValue() != 0) {
        throw new TrialException("keytool failed: " + text.strip());
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new TrialException("interrupted", interrupted);
    }
  }

  /** Keys are never readable by others, not even for a moment. */
  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Path draft = directory.resolve(name + ".new");
    Files.deleteIfExists(draft);
    String mode = name.endsWith(".pem") ? "rw-r--r--" : "rw-------";
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
    Files.writeString(draft, text);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String pem(String what, byte[] der) {
    byte[] lineEnd = {'\n'};
    return "-----BEGIN "
        + what
        + "-----\n"
        + Base64.getMimeEncoder(PEM_LINE, lineEnd).encodeToString(der)
        + "\n-----END "
        + what
        + "-----\n";
  }
}
