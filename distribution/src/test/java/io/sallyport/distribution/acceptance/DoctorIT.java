package io.sallyport.distribution.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sallyport doctor} of the real distribution, in the closed network, on real troubles. */
class DoctorIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration FEW_SECONDS = Duration.ofSeconds(20);
  private static final String ICR =
      """
      defaults.health-check.interval = 500ms
      services.icr {
        address = 172.20.0.7
        names = [icr.io, cp.icr.io]
        ports = [443, 4443]
        endpoints = [z1-1.private.icr.io, z2-1.private.icr.io, z3-1.private.icr.io]
      }
      """;

  @TempDir private Path directory;
  private Lab lab;
  private Path launcher;
  private Path catalog;

  @BeforeEach
  void setUp() throws Exception {
    LabRequirements.check();
    launcher = Path.of(System.getProperty("sallyport.home"), "bin", "sallyport");
    lab = Lab.open(directory);
    catalog = Files.writeString(directory.resolve("catalog.conf"), ICR);
  }

  @AfterEach
  void tearDown() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void followsEveryLinkAndMeetsTheZonesThatDie() throws Exception {
    SallyportNode node = SallyportNode.run(lab, launcher, catalog, "withdraw");
    awaitNames(node, "icr.io");
    // A name is published once one endpoint has passed its check; here all are to have.
    lab.zones().forEach(zone -> awaitEndpoint(node, zone, "UP"));

    Instant start = Instant.now();
    Command well = doctor();
    assertThat(Duration.between(start, Instant.now())).isLessThan(FEW_SECONDS);
    assertThat(well.code()).as(well.text()).isZero();
    assertThat(well.output())
        .contains(
            "names of what the agent serves\nagent: sallyport ",
            """
            NAME        PORT  NAMES   ADDRESS  LISTENER  ENDPOINTS  TLS     REGISTRY
            icr.io       443  ok      ok       ok        ok         ok      ok
            icr.io      4443  ok      ok       ok        ok         ok      ok
            cp.icr.io    443  ok      ok       ok        ok         ok      ok
            cp.icr.io   4443  ok      ok       ok        ok         ok      ok

            none of 4 chains is broken
            """);

    Config json = json("icr.io");
    Config name = json.getConfigList("names").getFirst();
    assertThat(name.getConfigList("lines").getFirst().getString("writer")).isEqualTo("sallyport");
    assertThat(name.getConfigList("readings"))
        .filteredOn(reading -> !reading.getString("reader").startsWith("dns "))
        .extracting(
            reading -> reading.getString("reader") + " " + reading.getStringList("addresses"))
        .containsExactly(
            "libc [172.20.0.7]", "first-line [172.20.0.7]", "go [172.20.0.7]", "jvm [172.20.0.7]");
    assertThat(name.getConfigList("readings").getLast().getString("reader"))
        .isEqualTo("dns 10.77.0.53");
    assertThat(name.getConfigList("readings").getLast().getString("note"))
        .isEqualTo("answers REFUSED");
    assertThat(reason(json, "address")).isEqualTo("172.20.0.7 is on lo");
    assertThat(reason(json, "listener")).isEqualTo("the agent accepts at 172.20.0.7:443");
    assertThat(reason(json, "endpoints")).isEqualTo("3 of 3 up");
    assertThat(reason(json, "tls")).startsWith("TLSv1.3, a certificate for icr.io that ends on ");
    assertThat(reason(json, "registry"))
        .isEqualTo(
            "an image registry that lets anybody read; blobs come from itself (library/greeting)");

    // Whose certificate nobody trusts without --ca.
    Command untrusted =
        lab.node().attempt(launcher.toString(), "doctor", "--admin", SallyportNode.ADMIN, "icr.io");
    assertThat(untrusted.code()).as(untrusted.text()).isOne();
    assertThat(untrusted.output())
        .contains("BROKEN  tls: the certificate leads to CN=Sallyport acceptance test, which");

    lab.zones().getFirst().kill();
    awaitEndpoint(node, lab.zones().getFirst(), "DOWN");
    Command wounded = doctor();
    assertThat(wounded.code()).as(wounded.text()).isZero();
    assertThat(wounded.output())
        .contains("endpoints: 2 of 3 up: z1-1.private.icr.io (", "none of 4 chains is broken");

    lab.zones().forEach(Zone::kill);
    lab.zones().forEach(zone -> awaitEndpoint(node, zone, "DOWN"));
    Command dead = doctor();
    assertThat(dead.code()).as(dead.text()).isOne();
    assertThat(dead.output())
        .contains("BROKEN", "endpoints: 0 of 3 up", "4 of 4 chains are broken");

    assertThat(node.terminate()).isZero();
    Command gone = doctor("--catalog", catalog.toString());
    assertThat(gone.code()).as(gone.text()).isOne();
    assertThat(gone.output())
        .contains(
            "no agent answers at " + SallyportNode.ADMIN,
            "names: libc, Go and the JVM are led nowhere, not to 172.20.0.7: no line of /etc/hosts"
                + " has the name\n"
                + "          → let an agent run here whose catalog has icr.io",
            "address: 172.20.0.7 is on no interface of this node");
    assertThat(doctor("no.such.name", "--catalog", catalog.toString()).code()).isEqualTo(2);
    assertThat(doctor("--no-such-option").code()).isEqualTo(2);
    assertThat(doctor().code()).isEqualTo(1);
  }

  @Test
  void namesWhoLeadsANameAstray() throws Exception {
    SallyportNode node =
        SallyportNode.run(
            lab,
            launcher,
            catalog,
            "withdraw",
            "injectors.hosts-file.watch-interval=0s",
            "injection-interval=1h");
    awaitNames(node, "icr.io");
    Path hosts = lab.node().etc("hosts");
    String ours = Files.readString(hosts);
    String foreign = "10.9.9.9 ICR.io # openshift-generated-node-resolver\n";

    Files.writeString(hosts, foreign + ours);
    Command before = doctor();
    assertThat(before.code()).as(before.text()).isOne();
    assertThat(before.output())
        .contains(
            "icr.io       443  BROKEN  ok",
            "cp.icr.io    443  ok      ok",
            "who takes the first line is led to 10.9.9.9",
            "not to 172.20.0.7: /etc/hosts:1 says 10.9.9.9, written by OpenShift's node resolver,"
                + " by the line's mark\n"
                + "          → take the name off the node resolver's list of services",
            "2 of 4 chains are broken");

    Files.writeString(hosts, ours + foreign);
    Command behind = doctor();
    assertThat(behind.code()).as(behind.text()).isZero();
    assertThat(behind.output())
        .contains("WARN    names: leads to 172.20.0.7 first, but not alone: /etc/hosts:");

    Files.writeString(hosts, Lab.foreignHosts() + "10.9.9.9 icr.io\n");
    Command alone = doctor("icr.io");
    assertThat(alone.code()).as(alone.text()).isOne();
    assertThat(alone.output())
        .contains(
            "libc, who takes the first line, Go and the JVM are led to 10.9.9.9, not to 172.20.0.7:"
                + " /etc/hosts:9 says 10.9.9.9, written by nobody known",
            "cloud-init, who owns the file, has no such line in its template");
    Files.writeString(hosts, ours);
    assertThat(doctor().code()).isZero();
    assertThat(node.terminate()).isZero();
  }

  @Test
  void tellsBadCertificatesAndTheHostsThatRegistriesSendTheirClientsTo() throws Exception {
    X509Bundle authority =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=Authority of the example")
            .setIsCertificateAuthority(true)
            .setKeyUsage(true, KeyUsage.digitalSignature, KeyUsage.keyCertSign, KeyUsage.cRLSign)
            .buildSelfSigned();
    Path ca = Files.writeString(directory.resolve("example.crt"), authority.getCertificatePEM());
    Instant now = Instant.now();
    registry(
        "ended",
        7001,
        usual()
            .addSanDnsName("ended.example")
            .notBefore(now.minus(Duration.ofDays(30)))
            .notAfter(now.minus(Duration.ofDays(1)))
            .buildIssuedBy(authority),
        "");
    registry("other", 7002, usual().addSanDnsName("others.example").buildIssuedBy(authority), "");
    X509Bundle good =
        usual()
            .addSanDnsName("realm.example")
            .addSanDnsName("blobs.example")
            .buildIssuedBy(authority);
    registry(
        "realm",
        7003,
        good,
        """
        auth:
          token:
            realm: https://auth.example:8443/token
            service: tokens.example
            issuer: auth
            rootcertbundle: %s
        """
            .formatted(ca));
    registry(
        "blobs",
        7004,
        good,
        """
        middleware:
          storage:
            - name: redirect
              options: {baseurl: "https://store.example/"}
        """);
    StringBuilder services = new StringBuilder("defaults.health-check.interval = 500ms\n");
    int port = 7001;
    for (String name : List.of("ended", "other", "realm", "blobs")) {
      services.append(
          """
          services.%1$s {
            address = 172.20.1.%3$d
            names = [%1$s.example]
            ports = [{ listen = 443, endpoints = ["z1-1.private.icr.io:%2$d"] }]
          }
          """
              .formatted(name, port, port - 7000));
      port++;
    }
    Files.writeString(catalog, services);
    SallyportNode node = SallyportNode.run(lab, launcher, catalog, "withdraw");
    for (String name : List.of("ended", "other", "realm", "blobs")) {
      awaitNames(node, name + ".example");
    }

    Command sick = doctor("--ca", ca.toString());
    assertThat(sick.code()).as(sick.text()).isOne();
    assertThat(sick.output())
        .contains(
            "ended.example    443  ok      ok       ok        ok         BROKEN  ok",
            "tls: the certificate of CN=Example has ended on ",
            "other.example    443  ok      ok       ok        ok         BROKEN  ok",
            "tls: the certificate is not for other.example but for others.example\n",
            "realm.example    443  ok      ok       ok        ok         ok      BROKEN",
            "registry: an image registry; clients get tokens from auth.example:8443, which the"
                + " catalog lacks; its name does not resolve here;",
            "→ add a service for auth.example, port 8443, to the catalog",
            "blobs.example    443  ok      ok       ok        ok         ok      BROKEN",
            "clients get blobs from store.example, which the catalog lacks",
            "hosts that the catalog lacks\n",
            "  auth.example:8443  token realm of realm.example:443; its name does not resolve"
                + " here\n",
            "  store.example:443  blobs of blobs.example:443; its name does not resolve here\n",
            "  tokens.example  token service of realm.example:443; only a word in tokens",
            "4 of 4 chains are broken");

    // Of the realm a catalog knows that the agent is yet to get.
    Path better =
        Files.writeString(
            directory.resolve("better.conf"),
            services
                + """
                services.auth {
                  address = 172.20.1.9
                  names = [auth.example]
                  ports = [{ listen = 8443, endpoints = ["z1-1.private.icr.io:7003"] }]
                }
                """);
    Command healed = doctor("--ca", ca.toString(), "--catalog", better.toString(), "realm.example");
    assertThat(healed.code()).as(healed.text()).isZero();
    assertThat(healed.output())
        .contains("clients get tokens from auth.example:8443, of the catalog");
    assertThat(node.terminate()).isZero();
  }

  private static CertificateBuilder usual() {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=Example")
        .setKeyUsage(true, KeyUsage.digitalSignature)
        .addExtendedKeyUsageServerAuth();
  }

  /** A registry more in the first zone, with the images that are there. */
  private void registry(String name, int port, X509Bundle certificate, String more)
      throws IOException {
    Zone zone = lab.zones().getFirst();
    Path chain = directory.resolve(name + ".pem");
    Path key = directory.resolve(name + ".key");
    Files.writeString(chain, certificate.getCertificatePEM());
    Files.writeString(key, certificate.getPrivateKeyPEM());
    Path configuration =
        Files.writeString(
            directory.resolve(name + ".yml"),
            """
            version: 0.1
            log: {level: warn, accesslog: {disabled: true}}
            storage:
              filesystem: {rootdirectory: %s}
            http:
              addr: :%d
              tls: {certificate: %s, key: %s}
            """
                    .formatted(directory.resolve(zone.name() + "-storage"), port, chain, key)
                + more);
    lab.opened(
        Daemon.start(
            zone.namespace().inside(List.of("docker-registry", "serve", configuration.toString())),
            Map.of("OTEL_TRACES_EXPORTER", "none"),
            directory.resolve(name + ".log")));
  }

  private Command doctor(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                launcher.toString(),
                "doctor",
                "--admin",
                SallyportNode.ADMIN,
                "--ca",
                lab.authority().toString()));
    command.addAll(Arrays.asList(arguments));
    return lab.node().attempt(command.toArray(String[]::new));
  }

  private Config json(String name) {
    return ConfigFactory.parseString(doctor("--json", name).output());
  }

  /** What the first chain says of a link. */
  private static String reason(Config json, String link) {
    return json
        .getConfigList("names")
        .getFirst()
        .getConfigList("chains")
        .getFirst()
        .getConfigList("links")
        .stream()
        .filter(one -> one.getString("link").equals(link))
        .map(one -> one.getString("reason"))
        .findFirst()
        .orElse("no such link");
  }

  private void awaitNames(SallyportNode node, String name) {
    Until.holds(
        name + " resolved",
        PATIENCE,
        node::log,
        () -> lab.node().attempt("getent", "hosts", name).output().startsWith("172.20."));
  }

  private static void awaitEndpoint(SallyportNode node, Zone zone, String health) {
    Until.holds(
        zone.name() + " " + health,
        PATIENCE,
        node::log,
        () ->
            Zone.PORTS.stream()
                .allMatch(port -> node.status().endpoint(port, zone).health().contains(health)));
  }
}
