package io.sallyport.distribution.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.config.Problem;
import io.sallyport.control.security.TlsFiles;
import io.sallyport.control.security.TlsParts;
import io.sallyport.control.server.AgentsSettings;
import io.sallyport.control.server.ControlSettings;
import io.sallyport.control.server.ControlSettings.Security;
import io.sallyport.control.server.ControlSettings.Store;
import io.sallyport.control.store.EtcdSettings;
import io.sallyport.distribution.control.ControlSettingsReader.ProcessSettings;
import io.sallyport.distribution.control.ControlSettingsReader.Result;
import io.sallyport.distribution.node.NodeSettingsReader.Setting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control plane's settings file. */
class ControlSettingsReaderTest {
  @TempDir private Path directory;

  private Result read(String text, String... settings) throws IOException {
    return readOn("host-1", text, settings);
  }

  private Result readOn(String host, String text, String... settings) throws IOException {
    Path file = Files.writeString(directory.resolve("control.conf"), text);
    return new ControlSettingsReader(Path.of("/var/lib/sallyport"), host)
        .read(
            file,
            Arrays.stream(settings).map(written -> Setting.of(written).orElseThrow()).toList());
  }

  private ProcessSettings settings(String text, String... settings) throws IOException {
    Result result = read(text, settings);
    assertThat(result).isInstanceOf(Result.Read.class);
    return ((Result.Read) result).settings();
  }

  private List<String> problems(String text, String... settings) throws IOException {
    return problems(read(text, settings));
  }

  private List<String> problems(Result result) {
    assertThat(result).isInstanceOf(Result.Refused.class);
    return ((Result.Refused) result)
        .problems().stream()
            .map(Problem::text)
            .map(problem -> problem.replace(directory + "/", ""))
            .toList();
  }

  private String pem(String name) throws IOException {
    return Files.writeString(directory.resolve(name), "").toString();
  }

  @Test
  void whatIsNotWrittenIsAsTheReferenceSays() throws Exception {
    ProcessSettings settings = settings("insecure = true, listen = \"127.0.0.1:9430\"");

    ControlSettings control = settings.control();
    assertThat(control.replica()).isEqualTo("host-1");
    assertThat(control.listen())
        .isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9430));
    assertThat(control.advertise()).isEqualTo("127.0.0.1:9430");
    assertThat(control.stateDirectory()).isEqualTo(Path.of("/var/lib/sallyport/control"));
    assertThat(control.security()).isEqualTo(new Security.Insecure());
    assertThat(control.catalog())
        .isEqualTo(new ControlSettings.Catalog(new Store.Embedded(), 1000));
    assertThat(control.agents()).isEqualTo(AgentsSettings.DEFAULT);
    assertThat(control.audit().file()).isEqualTo(Path.of("/var/lib/sallyport/control/audit.log"));
    assertThat(control.stopOver()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.admin())
        .contains(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9431));
  }

  @Test
  void everythingCanBeWritten() throws Exception {
    String certificate = pem("control.pem");
    String key = pem("control.key");
    String ca = pem("ca.pem");
    Files.writeString(directory.resolve("password"), "secret\n");
    ProcessSettings settings =
        settings(
            """
            replica = control-1
            listen = "[::]:9430"
            tls { certificate = "%s", key = "%s", ca = "%s", trust-domain = fleet.example, tokens = /etc/tokens }
            store {
              type = etcd
              etcd {
                endpoints = ["https://etcd-1.example:2379", "https://10.0.0.2:2379"]
                user = ann
                password-file = "%s"
                tls { ca = "%s" }
                presence = 5s
              }
            }
            agents { max-agents = 100 }
            admin { address = off }
            """
                .formatted(certificate, key, ca, directory.resolve("password"), ca),
            "history=7");

    ControlSettings control = settings.control();
    assertThat(control.advertise()).isEqualTo("host-1:9430");
    assertThat(control.security())
        .isEqualTo(
            new Security.Tls(
                new TlsFiles(Path.of(certificate), Path.of(key), Path.of(ca)),
                "fleet.example",
                Optional.of(Path.of("/etc/tokens")),
                Duration.ofSeconds(10)));
    assertThat(control.catalog())
        .isEqualTo(
            new ControlSettings.Catalog(
                new Store.Etcd(
                    new EtcdSettings(
                        List.of(
                            URI.create("https://etcd-1.example:2379"),
                            URI.create("https://10.0.0.2:2379")),
                        "/sallyport/",
                        Optional.of(new EtcdSettings.User("ann", "secret")),
                        Optional.of(
                            new EtcdSettings.Tls(
                                new TlsParts(Optional.of(Path.of(ca)), Optional.empty()),
                                Duration.ofSeconds(10))),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5))),
                7));
    assertThat(control.agents().maxAgents()).isEqualTo(100);
    assertThat(settings.admin()).isEmpty();
  }

  @Test
  void whatIsWrongIsToldAllAtOnceWithItsRemedy() throws Exception {
    assertThat(
            problems(
                """
                replica = "a b"
                listen = 9430
                advertise = nowhere
                state-directory = here
                histroy = 5
                store { type = redis, etcd { prefix = x } }
                connections { calls-at-once = 0 }
                agents { max-agent = 1 }
                audit { files = many }
                """))
        .anySatisfy(
            told("control.conf", "replica", "a b", "is not a replica's name", "use letters"))
        .anySatisfy(told("listen", "9430", "is no address with a port", "write 0.0.0.0:9430"))
        .anySatisfy(told("advertise", "nowhere", "is no host with a port"))
        .anySatisfy(told("state-directory", "here", "is not an absolute path"))
        .anySatisfy(told("histroy", "unknown key", "did you mean \"history\"?"))
        .anySatisfy(told("store.type", "redis", "use embedded or etcd"))
        .anySatisfy(told("connections.calls-at-once", "0", "is out of bounds"))
        .anySatisfy(told("agents.max-agent", "unknown key", "did you mean \"max-agents\"?"))
        .anySatisfy(told("audit.files", "many", "is not a whole number"))
        .anySatisfy(told("tls", "names no certificate"))
        .hasSize(10);
  }

  private static ThrowingConsumer<String> told(String... parts) {
    return problem -> assertThat(problem).contains(parts);
  }

  @Test
  void withoutTlsItIsForTheLoopbackOnly() throws Exception {
    assertThat(problems("insecure = true"))
        .singleElement()
        .asString()
        .contains(
            "insecure",
            "would let every machine that reaches 0.0.0.0:9430 change the catalog",
            "listen on a loopback address such as 127.0.0.1:9430, or use tls");
    assertThat(problems("listen = \"127.0.0.1:9430\""))
        .singleElement()
        .asString()
        .contains("tls", "names no certificate", "sallyport control init makes them for a trial");
  }

  @Test
  void anEtcdThatCannotBeMeantIsTold() throws Exception {
    String insecure = "insecure = true, listen = \"127.0.0.1:0\", store { type = etcd, etcd ";
    assertThat(problems(insecure + "{} }")).singleElement().asString().contains("names no etcd");
    assertThat(
            problems(
                insecure
                    + "{ endpoints = [\"etcd:2379\", \"https://h:1\", \"http://h:1\","
                    + " \"http://h:65536\"] } }"))
        .anySatisfy(problem -> assertThat(problem).contains("holds \"etcd:2379\""))
        .anySatisfy(problem -> assertThat(problem).contains("holds \"http://h:65536\""))
        .anySatisfy(problem -> assertThat(problem).contains("are with and without TLS"));
    assertThat(problems(insecure + "{ endpoints = [\"http://h:1\"], user = ann } }"))
        .singleElement()
        .asString()
        .contains("user", "stands alone", "set user and password-file, or neither");
  }

  @Test
  void whatOtherReplicasCannotConnectToIsRefused() throws Exception {
    String trial = "insecure = true\nlisten = \"127.0.0.1:9430\"\n";
    for (String odd :
        List.of("control_1:9430", "-c:9430", "1.2.3:9430", "[1:2]:9430", "a:70000", "a:0")) {
      assertThat(problems(trial + "advertise = \"" + odd + "\""))
          .singleElement()
          .satisfies(
              told(
                  "control.conf:3",
                  "advertise",
                  odd,
                  "is no host with a port",
                  "such as control-1.example:9430; a host's name has letters, digits, hyphens"));
    }
    assertThat(settings(trial + "advertise = \"[fd00::4]:9430\"").control().advertise())
        .isEqualTo("[fd00::4]:9430");
  }

  @Test
  void aHostWhoseNameOthersCannotConnectToHasToSayAnother() throws Exception {
    String certificate = pem("control.pem");
    String shared =
        """
        listen = "0.0.0.0:9430"
        tls { certificate = "%s", key = "%s", ca = "%s" }
        store { type = etcd, etcd { endpoints = ["https://h:1"] } }
        """
            .formatted(certificate, certificate, certificate);
    assertThat(problems(readOn("host_1", shared)))
        .singleElement()
        .satisfies(
            told(
                "advertise",
                "would be this host's name, host_1, which other replicas cannot connect to",
                "write a name with letters, digits, hyphens and dots"));
    assertThat(readOn("host_1", shared, "advertise=\"h:9430\"")).isInstanceOf(Result.Read.class);
    assertThat(readOn("host_1", shared, "store.type=embedded"))
        .as("nobody else reads it")
        .isInstanceOf(Result.Read.class);
  }
}
