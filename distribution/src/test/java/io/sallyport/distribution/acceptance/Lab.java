package io.sallyport.distribution.acceptance;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * A closed network on one machine: a node and three zones, each a network namespace, joined by a
 * bridge in a namespace of its own. In each zone an image registry serves TLS for the seed's public
 * names; a name server knows the zones' private names and refuses everything else; the node's hosts
 * file holds what other owners put there, and is bind-mounted as one file.
 *
 * <pre>
 *   node 10.77.0.10 ──┐
 *   z1   10.77.0.11 ──┤
 *   z2   10.77.0.12 ──┼── bridge, 10.77.0.53: dnsmasq
 *   z3   10.77.0.13 ──┘
 * </pre>
 *
 * <p>Further nodes and other machines join it by {@link #join(String, int)}. Nothing of it touches
 * the machine's own interfaces, routes or hosts file.
 */
public final class Lab implements AutoCloseable {
  /** The image that every zone holds. */
  public static final String IMAGE = "library/greeting:1";

  private static final String SUBNET = "10.77.0.";
  private static final String NAME_SERVER = SUBNET + "53";

  /** Of its own: else the bridge takes the lowest of its ports', and loses those who knew it. */
  private static final String BRIDGE_HARDWARE_ADDRESS = "02:00:0a:4d:00:35";

  private final Path directory;
  private final String prefix = "sallyport-" + Long.toString(ProcessHandle.current().pid(), 36);
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<Zone> zones = new ArrayList<>();
  private final Namespace network;
  private final Namespace node;

  private Lab(Path directory) throws Exception {
    this.directory = directory;
    try {
      certificates();
      network = opened(Namespace.open(prefix + "-net"));
      network.ip("link", "add", "bridge", "address", BRIDGE_HARDWARE_ADDRESS, "type", "bridge");
      network.ip("addr", "add", NAME_SERVER + "/24", "dev", "bridge");
      network.ip("link", "set", "bridge", "up");
      node = opened(Namespace.open(prefix + "-node"));
      join(node, "node", 10);
      furnish(node);
      TinyImage image = TinyImage.write(directory);
      for (int i = 1; i <= 3; i++) {
        zone(i, image);
      }
      startNameServer();
    } catch (Exception fault) {
      close();
      throw fault;
    }
  }

  /**
   * Sets it up; every zone serves when this returns.
   *
   * @param directory for its files, storage and logs; the caller removes it
   */
  public static Lab open(Path directory) throws Exception {
    return new Lab(directory);
  }

  public Namespace node() {
    return node;
  }

  public List<Zone> zones() {
    return List.copyOf(zones);
  }

  public Path directory() {
    return directory;
  }

  /**
   * One more node, or another machine, in a namespace of its own: it knows the zones and the name
   * server as the first one does.
   *
   * @param name its port's name on the bridge, unlike all others
   * @param host the last part of its address, below 200 and unlike all others
   */
  public Namespace join(String name, int host) throws IOException {
    Namespace namespace = opened(Namespace.open(prefix + "-" + name));
    join(namespace, name, host);
    furnish(namespace);
    for (int i = 0; i < zones.size(); i++) {
      introduce(namespace, i + 1, zones.get(i).namespace());
    }
    return namespace;
  }

  /** The address of what joined with a host number. */
  public static String address(int host) {
    return SUBNET + host;
  }

  /** The certificate authority that signed for the public names. */
  public Path authority() {
    return directory.resolve("ca/ca.crt");
  }

  /**
   * What the node's hosts file holds before any proxy comes: cloud-init's and the resolver's lines.
   */
  public static String foreignHosts() {
    return """
    # Your system has configured 'manage_etc_hosts' as True.
    # As a result, if you wish for changes to this file to persist
    # then you will need to change the master file in /etc/cloud/templates
    127.0.0.1 node-1 node-1
    127.0.0.1 localhost.localdomain localhost
    ::1 localhost6.localdomain6 localhost6

    172.21.75.245\timage-registry.openshift-image-registry.svc \
    # openshift-generated-node-resolver
    """;
  }

  /** Ends every program and removes every namespace. */
  @Override
  public void close() {
    List<Exception> faults = new ArrayList<>();
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception fault) {
        faults.add(fault);
      }
    }
    if (!faults.isEmpty()) {
      IllegalStateException left = new IllegalStateException("the lab could not be removed whole");
      faults.forEach(left::addSuppressed);
      throw left;
    }
  }

  /** Hands over something that ends with the lab, before what was opened earlier. */
  public <T extends AutoCloseable> T opened(T resource) {
    opened.push(resource);
    return resource;
  }

  private void zone(int number, TinyImage image) throws IOException {
    String name = "z" + number;
    Namespace namespace = Namespace.open(prefix + "-" + name);
    Zone zone = opened(new Zone(name, namespace, network, directory));
    join(namespace, name, 10 + number);
    introduce(node, number, namespace);
    // Within the zone the public name leads to its own registry: that is how the image gets in.
    Files.writeString(namespace.etc("hosts"), "127.0.0.1 localhost icr.io\n");
    zone.start();
    namespace.run(
        "skopeo",
        "copy",
        "--insecure-policy",
        "--dest-cert-dir",
        authority().getParent().toString(),
        image.reference(),
        "docker://icr.io/" + IMAGE);
    zones.add(zone);
  }

  /** Lets a node know a zone's hardware address for good. */
  private static void introduce(Namespace node, int number, Namespace zone) {
    node.ip(
        "neigh",
        "replace",
        SUBNET + (10 + number),
        "lladdr",
        zone.hardwareAddress("eth0"),
        "nud",
        "permanent",
        "dev",
        "eth0");
  }

  private static void furnish(Namespace node) throws IOException {
    Files.writeString(node.etc("resolv.conf"), "nameserver " + NAME_SERVER + "\n");
    Files.writeString(node.etc("hosts"), foreignHosts());
  }

  private void join(Namespace namespace, String port, int host) {
    network.ip(
        "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", namespace.name());
    network.ip("link", "set", port, "master", "bridge", "up");
    namespace.ip("addr", "add", SUBNET + host + "/24", "dev", "eth0");
    namespace.ip("link", "set", "eth0", "up");
  }

  private void startNameServer() {
    List<String> command = new ArrayList<>(List.of("dnsmasq", "--keep-in-foreground"));
    command.addAll(List.of("--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file="));
    command.addAll(List.of("--user=root", "--log-facility=-", "--listen-address=" + NAME_SERVER));
    command.add("--bind-interfaces");
    command.add("--local-ttl=5");
    for (int i = 1; i <= 3; i++) {
      command.add("--host-record=z" + i + "-1.private.icr.io," + SUBNET + (10 + i));
    }
    Path log = directory.resolve("dnsmasq.log");
    Daemon server = opened(Daemon.start(network.inside(command), Map.of(), log));
    Until.holds(
        "resolving private names",
        Duration.ofSeconds(60),
        server::tail,
        () -> node.attempt("getent", "hosts", "z3-1.private.icr.io").code() == 0);
    if (node.attempt("getent", "hosts", "icr.io").code() == 0) {
      throw new IllegalStateException("the lab is not closed: icr.io resolves");
    }
  }

  private void certificates() throws Exception {
    X509Bundle authority =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=Sallyport acceptance test")
            .setIsCertificateAuthority(true)
            .setKeyUsage(true, KeyUsage.digitalSignature, KeyUsage.keyCertSign, KeyUsage.cRLSign)
            .buildSelfSigned();
    X509Bundle server =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=icr.io")
            .addSanDnsName("icr.io")
            .addSanDnsName("cp.icr.io")
            .addSanDnsName("registry.bluemix.net")
            // For who comes by the node-local address and wants a certificate for that.
            .addSanIpAddress("172.20.0.7")
            .setKeyUsage(true, KeyUsage.digitalSignature)
            .addExtendedKeyUsageServerAuth()
            .buildIssuedBy(authority);
    Files.createDirectories(authority().getParent());
    Files.writeString(authority(), authority.getCertificatePEM());
    Files.writeString(directory.resolve("server.pem"), server.getCertificatePEM());
    Files.writeString(directory.resolve("server.key"), server.getPrivateKeyPEM());
  }
}
