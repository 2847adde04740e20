package io.sallyport.distribution.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The closed network once more, its public names published in other ways than by the hosts file:
 * real clients pull real images.
 */
class HostInjectorsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String NO_HOSTS_FILE = "injectors.hosts-file.enabled=false";

  @TempDir private Path directory;
  private Lab lab;
  private Path launcher;
  private Path catalog;

  @BeforeEach
  void setUp() throws Exception {
    LabRequirements.check();
    launcher = Path.of(System.getProperty("sallyport.home"), "bin", "sallyport");
    lab = Lab.open(directory);
    catalog = directory.resolve("catalog.conf");
    Files.writeString(
        catalog,
        """
        services.icr {
          address = 172.20.0.7
          names = [icr.io, cp.icr.io]
          ports = [443, 4443]
          endpoints = [z1-1.private.icr.io, z2-1.private.icr.io, z3-1.private.icr.io]
        }
        """);
  }

  @AfterEach
  void tearDown() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void skopeoPullsByPublicNameWithTheResponderAlone() throws Exception {
    // The agent's own resolver asks there too, before and after the responder is up.
    Files.writeString(lab.node().etc("resolv.conf"), "nameserver 127.0.0.153\n");
    SallyportNode node =
        SallyportNode.run(
            lab,
            launcher,
            catalog,
            "withdraw",
            NO_HOSTS_FILE,
            "injectors.dns.upstreams=[10.77.0.53]");
    awaitNames(node);
    node.awaitWell();
    assertThat(lab.node().run("getent", "hosts", "172.20.0.7")).contains("icr.io");
    assertThat(lab.node().run("getent", "hosts", "z2-1.private.icr.io")).startsWith("10.77.0.12 ");
    assertThat(lab.node().attempt("getent", "hosts", "us.icr.io").code()).isNotZero();
    Puller puller = Puller.start(lab, Duration.ofHours(1));
    for (int port : Zone.PORTS) {
      assertThat(puller.pull("dns", port))
          .satisfies(pull -> assertThat(pull.failed()).as(pull.toString()).isFalse());
    }
    assertThat(Files.readString(lab.node().etc("hosts"))).isEqualTo(Lab.foreignHosts());
    assertThat(node.table()).contains("names by dns: 1 in place");

    // The name server dies: the catalog's names are answered all the same.
    assertThat(lab.node().ip("link", "set", "eth0", "down")).isEmpty();
    assertThat(lab.node().run("getent", "hosts", "cp.icr.io")).startsWith("172.20.0.7 ");
    assertThat(node.terminate()).isZero();
    assertThat(lab.node().attempt("getent", "hosts", "icr.io").code()).isNotZero();
  }

  @Test
  void containerdPullsByTheFileWrittenForItAlone() throws Exception {
    Path certs = Files.createDirectories(directory.resolve("certs.d"));
    SallyportNode node =
        SallyportNode.run(
            lab,
            launcher,
            catalog,
            "withdraw",
            NO_HOSTS_FILE,
            "injectors.containerd.directory=" + certs,
            "injectors.containerd.registries=[\"icr.io\",\"icr.io:4443\"]",
            "injectors.containerd.host=address",
            "injectors.containerd.ca=" + lab.authority());
    Until.holds(
        "hosts.toml", PATIENCE, node::log, () -> Files.exists(certs.resolve("icr.io/hosts.toml")));
    assertThat(lab.node().attempt("getent", "hosts", "icr.io").code()).isNotZero();
    String socket = startContainerd();
    for (String registry : List.of("icr.io", "icr.io:4443")) {
      Command fetch =
          lab.node()
              .attempt(
                  "ctr",
                  "--address",
                  socket,
                  "content",
                  "fetch",
                  "--hosts-dir",
                  certs.toString(),
                  registry + "/" + Lab.IMAGE);
      assertThat(fetch.code()).as(fetch.text()).isZero();
    }
    assertThat(lab.node().run("ctr", "--address", socket, "images", "list", "-q"))
        .contains("icr.io/" + Lab.IMAGE, "icr.io:4443/" + Lab.IMAGE);
    assertThat(node.terminate()).isZero();
    assertThat(certs).isEmptyDirectory();
  }

  @Test
  void severalInjectorsAtOnceEachShowTheirState() throws Exception {
    Path certs = Files.createDirectories(directory.resolve("certs.d"));
    Path names = directory.resolve("dnsmasq.hosts");
    Path foreign = Files.writeString(directory.resolve("coredns.hosts"), "10.0.0.1 foreign\n");
    SallyportNode node =
        SallyportNode.run(
            lab,
            launcher,
            catalog,
            "withdraw",
            "injectors.dns.upstreams=[10.77.0.53]",
            "injectors.containerd.directory=" + certs,
            "injectors.dnsmasq { path = \"" + names + "\", reload = off }",
            "injectors.coredns.path=" + foreign,
            "injectors.resolved-name { names = [z1-1.private], domain = icr.io, servers ="
                + " [10.77.0.53] }");
    Until.holds(
        "five injectors have the names",
        PATIENCE,
        node::log,
        () ->
            hosts().contains("10.77.0.11 z1-1.private z1-1.private.icr.io # sallyport-resolved:")
                && hosts().contains("172.20.0.7 icr.io cp.icr.io # sallyport: icr")
                && Files.exists(names)
                && Files.exists(certs.resolve("cp.icr.io/hosts.toml")));
    assertThat(lab.node().run("getent", "hosts", "z1-1.private")).startsWith("10.77.0.11 ");
    String refusal = foreign + " is not ours: it does not start with our mark";
    List<String> states =
        List.of(
            "addresses by loopback: 1 in place\n",
            "names by hosts-file: 1 in place\n",
            "names by dns: 1 in place\n",
            "names by containerd: 1 in place\n",
            "names by dnsmasq: 1 in place\n",
            "names by resolved-name: 1 in place\n",
            "names by coredns: 0 in place, 1 refused  " + refusal);
    Until.holds(
        "each tells its state",
        PATIENCE,
        () -> node.table() + node.log(),
        () -> states.stream().allMatch(node.table()::contains));
    assertThat(node.status().wrong())
        .anySatisfy(wrong -> assertThat(wrong).startsWith("injector coredns: " + refusal));
    assertThat(node.terminate()).isZero();
    assertThat(hosts()).isEqualTo(Lab.foreignHosts());
    assertThat(names).doesNotExist();
    assertThat(certs).isEmptyDirectory();
    assertThat(foreign).hasContent("10.0.0.1 foreign\n");
  }

  private String startContainerd() throws IOException {
    String socket = directory.resolve("containerd.sock").toString();
    Path configuration = directory.resolve("containerd.toml");
    Files.writeString(
        configuration,
        """
        version = 2
        root = "%1$s/containerd-root"
        state = "%1$s/containerd-state"
        disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
        [grpc]
          address = "%2$s"
        """
            .formatted(directory, socket));
    List<String> command = new ArrayList<>(List.of("containerd", "--config"));
    command.add(configuration.toString());
    Daemon containerd =
        lab.opened(
            Daemon.start(
                lab.node().inside(command), Map.of(), directory.resolve("containerd.log")));
    Until.holds(
        "containerd",
        PATIENCE,
        containerd::tail,
        () -> lab.node().attempt("ctr", "--address", socket, "version").code() == 0);
    return socket;
  }

  private void awaitNames(SallyportNode node) {
    Until.holds(
        "icr.io resolves",
        PATIENCE,
        node::log,
        () -> lab.node().attempt("getent", "hosts", "icr.io").output().startsWith("172.20.0.7 "));
  }

  private String hosts() {
    try {
      return Files.readString(lab.node().etc("hosts"));
    } catch (IOException fault) {
      throw new java.io.UncheckedIOException(fault);
    }
  }
}
