package io.sallyport.plugins.injection.dns;

import static org.awaitility.Awaitility.await;

import io.sallyport.api.injection.HostInjectorContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** In a namespace of its own, where the responder is all that resolv.conf names. */
final class DnsScenario {
  private DnsScenario() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    DnsSettings usual = DnsSettings.DEFAULTS;
    InetSocketAddress upstream = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5300);
    try (Peer dnsmasq =
            Peer.start(
                directory.resolve("dnsmasq.log"),
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--pid-file=",
                "--user=root",
                "--port=5300",
                "--host-record=z1.private.example,10.1.0.4");
        DnsInjector node = injector(directory, usual.address(), List.of(upstream));
        DnsInjector open =
            injector(directory, InetAddress.ofLiteral("10.9.0.1"), List.of(upstream))) {
      await().until(() -> dnsmasq.listens(upstream.getPort()));
      node.reconcile(Set.of(DnsBench.ICR, ResponderTest.binding("six", "fd00::7", "six.example")));
      for (String name :
          List.of("icr.io", "six.example", "172.20.0.7", "z1.private.example", "unknown.example")) {
        System.out.println(name + ": " + Peer.run("getent", "hosts", name).strip());
      }
      if (!dnsmasq.alive()) {
        System.out.println(dnsmasq.log());
      }
      neighbour(open);
    }
  }

  /** Asks from a network that is not the node's. */
  private static void neighbour(DnsInjector open) throws Exception {
    Process other = new ProcessBuilder("unshare", "--net", "sleep", "60").start();
    try {
      await().until(() -> !network(ProcessHandle.current()).equals(network(other.toHandle())));
      sh("ip link add here type veth peer name there netns " + other.pid());
      sh("ip addr add 10.9.0.1/24 dev here && ip link set here up");
      String inside = "nsenter --net=/proc/" + other.pid() + "/ns/net ";
      sh(inside + "ip addr add 10.9.0.2/24 dev there && " + inside + "ip link set there up");
      open.reconcile(Set.of(DnsBench.ICR));
      String dig = inside + "dig @10.9.0.1 +tries=1 +time=1 +short icr.io";
      System.out.println("from another host: " + lastLine(sh(dig)));
      System.out.println("over TCP: " + sh(dig + " +tcp").strip().replaceAll("(?s) to 10.*", ""));
    } finally {
      other.destroyForcibly();
    }
  }

  private static Path network(ProcessHandle of) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/" + of.pid() + "/ns/net"));
  }

  private static DnsInjector injector(
      Path directory, InetAddress address, List<InetSocketAddress> upstreams) {
    DnsSettings usual = DnsSettings.DEFAULTS;
    return new DnsInjector(
        new DnsSettings(
            address,
            usual.port(),
            usual.timeToLive(),
            upstreams,
            usual.resolvConf(),
            usual.timeout(),
            usual.patience(),
            usual.questionsAtOnce(),
            List.of()),
        new HostInjectorContext(directory, InstantSource.system(), what -> {}),
        new java.security.SecureRandom(),
        System::nanoTime);
  }

  private static String lastLine(String text) {
    return text.strip().lines().reduce((first, second) -> second).orElse("");
  }

  private static String sh(String command) throws Exception {
    return Peer.run("sh", "-c", command);
  }
}
