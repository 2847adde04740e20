package io.sallyport.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.config.Problem;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.distribution.TestStrategies;
import io.sallyport.distribution.log.LogFormat;
import io.sallyport.distribution.log.LogLevel;
import io.sallyport.distribution.log.LogSettings;
import io.sallyport.distribution.log.SessionLog;
import io.sallyport.distribution.node.NodeSettingsReader.Setting;
import io.sallyport.engine.DataPathSettings;
import io.sallyport.engine.EngineSettings;
import io.sallyport.engine.OnExit;
import io.sallyport.engine.TransportChoice;
import io.sallyport.plugins.injection.dns.DnsInjectorFactory;
import io.sallyport.plugins.injection.hosts.HostsFileInjectorFactory;
import io.sallyport.plugins.injection.hosts.ResolvedNameInjectorFactory;
import io.sallyport.plugins.injection.loopback.LoopbackInjectorFactory;
import io.sallyport.plugins.injection.rendered.ContainerdInjectorFactory;
import io.sallyport.plugins.injection.rendered.CorednsInjectorFactory;
import io.sallyport.plugins.injection.rendered.DnsmasqInjectorFactory;
import io.sallyport.plugins.injection.rendered.ResolvedInjectorFactory;
import io.sallyport.plugins.injection.rendered.UnboundInjectorFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeSettingsReaderTest {
  @TempDir Path directory;

  private final Map<String, String> environment = Map.of();

  @Test
  void nothingWrittenMeansTheReference() {
    assertThat(read(Optional.empty()))
        .isEqualTo(
            new NodeSettings(
                Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9420)),
                NodeIdentity.UNKNOWN,
                new EngineSettings(
                    new DataPathSettings(TransportChoice.AUTO, 0, 256),
                    0,
                    List.of(),
                    List.of(
                        new Strategy("loopback", new TestStrategies.Nothing()),
                        new Strategy("hosts-file", new TestStrategies.Hosts("/etc/hosts"))),
                    Duration.ofSeconds(30),
                    64,
                    Duration.ofSeconds(30),
                    OnExit.KEEP,
                    Path.of("/var/lib/sallyport")),
                Duration.ofSeconds(1),
                new LogSettings(LogFormat.KEY_VALUES, LogLevel.INFO, SessionLog.FAILED, 4096),
                Optional.empty()));
  }

  @Test
  void theFileSaysOnlyWhatDiffers() throws Exception {
    NodeSettings settings =
        read(
            Optional.of(
                file(
                    """
                    admin { address = "[::1]:9000" }
                    event-loops = 2
                    busy-poll = 50us
                    batch-scheduling = true
                    resolver { servers = [10.0.0.10, "10.0.0.11:5353", "[fd00::10]:53"] }
                    injectors {
                      hosts-file { path = /run/hosts }
                      loopback.enabled = false
                    }
                    stop-drain = 5s
                    on-exit = withdraw
                    state-directory = /srv/sallyport
                    log { format = json, sessions = all }
                    """)));
    assertThat(settings.admin())
        .contains(new InetSocketAddress(InetAddress.ofLiteral("::1"), 9000));
    assertThat(settings.engine().dataPath())
        .isEqualTo(
            new DataPathSettings(TransportChoice.AUTO, 2, 256, Duration.ofNanos(50_000), true));
    assertThat(settings.engine().nameServers())
        .containsExactly(
            new InetSocketAddress("10.0.0.10", 53),
            new InetSocketAddress("10.0.0.11", 5353),
            new InetSocketAddress("fd00::10", 53));
    assertThat(settings.engine().injectors())
        .containsExactly(new Strategy("hosts-file", new TestStrategies.Hosts("/run/hosts")));
    assertThat(settings.engine().stopDrain()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.engine().onExit()).isEqualTo(OnExit.WITHDRAW);
    assertThat(settings.engine().stateDirectory()).isEqualTo(Path.of("/srv/sallyport"));
    assertThat(settings.log())
        .isEqualTo(new LogSettings(LogFormat.JSON, LogLevel.INFO, SessionLog.ALL, 4096));
  }

  @Test
  void nodeMaySayWhereItStands() throws Exception {
    Path file = file("node { zone = z1, region = eu-de }");
    assertThat(read(Optional.of(file)).engine().locality()).isEqualTo(new Locality("eu-de", "z1"));
    assertThat(read(Optional.empty()).engine().locality()).isEqualTo(Locality.UNKNOWN);
  }

  @Test
  void addressesComeBeforeNamesWhateverTheOrderOfTheFile() throws Exception {
    Path file = file("injectors { hosts-file { path = /run/hosts }, loopback { enabled = true } }");
    assertThat(read(Optional.of(file)).engine().injectors())
        .extracting(Strategy::type)
        .containsExactly("loopback", "hosts-file");
  }

  @Test
  void theCommandLineOverridesTheFileAndNeedsNoQuotes() throws Exception {
    NodeSettings settings =
        read(
            Optional.of(file("stop-drain = 5s, admin.address = off")),
            "stop-drain=7s",
            "admin.address=127.0.0.1:0",
            "injectors.hosts-file.path=/tmp/my hosts",
            "resolver.servers=[10.0.0.10]",
            "event-loops=3",
            "event-loops=4");
    assertThat(settings.engine().stopDrain()).isEqualTo(Duration.ofSeconds(7));
    assertThat(settings.admin())
        .contains(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    assertThat(settings.engine().injectors())
        .contains(new Strategy("hosts-file", new TestStrategies.Hosts("/tmp/my hosts")));
    assertThat(settings.engine().nameServers())
        .containsExactly(new InetSocketAddress("10.0.0.10", 53));
    assertThat(settings.engine().dataPath().eventLoops()).isEqualTo(4);
  }

  @Test
  void everyProblemIsToldAtOnceWithItsPlaceAndRemedy() throws Exception {
    Path file =
        file(
            """
            admin { address = "0.0.0.0:9420" }
            transport = kqueue
            event-loops = many
            max-sesions = 5
            resolver { servers = [dns.example] }
            injectors { host-file { path = /x } }
            stop-drain = 30
            probes-at-once = 0
            on-exit = remove
            state-directory = state
            log { format = xml, levle = debug }
            """);
    assertThat(problems(Optional.of(file)))
        .containsExactlyInAnyOrder(
            file
                + ":1: admin.address = \"0.0.0.0:9420\": can be reached from other machines; use a"
                + " loopback address such as 127.0.0.1:9420, or allow it with admin.remote = true",
            file + ":2: transport = \"kqueue\": is not a choice; use auto, epoll, io-uring or nio",
            file
                + ":3: event-loops = \"many\": is not a whole number; use a whole number from 0 to"
                + " 1024",
            file + ":4: max-sesions: unknown key; did you mean \"max-sessions\"?",
            file
                + ":5: resolver.servers = \"[\"dns.example\"]\": holds \"dns.example\", which is no"
                + " name server's address; write an address such as 10.0.0.10, 10.0.0.10:53 or"
                + " [fd00::10]:53",
            file
                + ":6: injectors.host-file = \"{\"path\":\"/x\"}\": is no known host injector; did"
                + " you mean \"hosts-file\"?",
            file + ":7: stop-drain = \"30\": has no unit; write 30ms, 30s, 30m or 30h",
            file
                + ":8: probes-at-once = \"0\": is out of bounds; use a whole number from 1 to"
                + " 100000",
            file + ":9: on-exit = \"remove\": is not a choice; use keep or withdraw",
            file
                + ":10: state-directory = \"state\": is not an absolute path; write the whole path,"
                + " such as /var/lib/sallyport, or auto",
            file + ":11: log.format = \"xml\": is not a choice; use key-values, json or haproxy",
            file + ":11: log.levle: unknown key; did you mean \"level\"?");
  }

  @Test
  void theCommandLinesProblemsNameTheOption() {
    assertThat(problems(Optional.empty(), "event-lops=2", "admin.address=here", "stop-drain="))
        .containsExactlyInAnyOrder(
            "--set event-lops=2: event-lops: unknown key; did you mean \"event-loops\"?",
            "--set admin.address=here: admin.address = \"here\": is neither an address with a port"
                + " nor off; write 127.0.0.1:9420, [::1]:9420 or off",
            "--set stop-drain=: stop-drain: is not a duration; write a number and a unit (ms, s, m,"
                + " h, d), such as 250ms or 3s");
  }

  @Test
  void aNamedFileMustExistTheInstallationsNeedNot() {
    Path absent = directory.resolve("absent.conf");
    assertThat(problems(Optional.of(absent)))
        .containsExactly(absent + ": does not exist; check the path");
    assertThat(read(Optional.empty()).catalogPoll()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void theInstallationsFileIsReadWhenNoneIsNamed() throws Exception {
    Files.createDirectories(directory.resolve("conf"));
    Files.writeString(directory.resolve("conf/sallyport.conf"), "catalog-poll = 3s\n");
    SettingsResult result =
        new NodeSettingsReader(
                TestStrategies.injectors(),
                new Surroundings(
                    Map.of("SALLYPORT_HOME", directory.toString()),
                    Optional.empty(),
                    directory,
                    true))
            .read(Optional.empty(), List.of());
    assertThat(((SettingsResult.Read) result).settings().catalogPoll())
        .isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void theFileThatShipsIsAllCommentsAndChangesNothing() {
    assertThat(read(Optional.of(Path.of("src/main/conf/sallyport.conf"))))
        .isEqualTo(read(Optional.empty()));
  }

  @Test
  void everyLineThatTheShippedFileOffersIsValid() throws Exception {
    List<String> offered = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("src/main/conf/sallyport.conf"))) {
      // "# text" is prose; "#key", and "#  key" within an object, are settings to uncomment.
      offered.add(line.matches("#(?! \\S).*") ? line.substring(1) : line);
    }
    Path file = file(String.join("\n", offered));
    // The real injectors: their settings are offered too. On the class path nothing provides them.
    Map<String, HostInjectorFactory<?>> injectors =
        Stream.<HostInjectorFactory<?>>of(
                new LoopbackInjectorFactory(),
                new HostsFileInjectorFactory(),
                new ResolvedNameInjectorFactory(),
                new DnsInjectorFactory(),
                new DnsmasqInjectorFactory(),
                new CorednsInjectorFactory(),
                new UnboundInjectorFactory(),
                new ResolvedInjectorFactory(),
                new ContainerdInjectorFactory())
            .collect(Collectors.toMap(HostInjectorFactory::type, factory -> factory));
    SettingsResult result =
        new NodeSettingsReader(injectors, surroundings(Map.of(), true))
            .read(Optional.of(file), List.of());
    assertThat(result).isInstanceOf(SettingsResult.Read.class);
    assertThat(((SettingsResult.Read) result).settings().engine().injectors())
        .extracting(Strategy::type)
        .containsExactlyInAnyOrderElementsOf(injectors.keySet());
  }

  @Test
  void stateGoesWhereTheUserMayWrite() {
    assertThat(surroundings(Map.of(), true).stateDirectory())
        .isEqualTo(Path.of("/var/lib/sallyport"));
    assertThat(surroundings(Map.of(), false).stateDirectory())
        .isEqualTo(Path.of("/home/me/.local/state/sallyport"));
    assertThat(surroundings(Map.of("XDG_STATE_HOME", "/x/state"), false).stateDirectory())
        .isEqualTo(Path.of("/x/state/sallyport"));
    assertThat(
            surroundings(Map.of("STATE_DIRECTORY", "/var/lib/a:/var/lib/b"), false)
                .stateDirectory())
        .isEqualTo(Path.of("/var/lib/a"));
  }

  @Test
  void aPluginThatFailsToReadIsAProblemOfItsSection() {
    HostInjectorFactory<?> broken =
        new HostInjectorFactory<TestStrategies.Nothing>() {
          @Override
          public String type() {
            return "loopback";
          }

          @Override
          public Class<TestStrategies.Nothing> settingsType() {
            return TestStrategies.Nothing.class;
          }

          @Override
          public TestStrategies.Nothing parse(ConfigSection section) {
            throw new IllegalStateException("not today");
          }

          @Override
          public InjectionPhase phase() {
            return InjectionPhase.ADDRESS;
          }

          @Override
          public HostInjector create(TestStrategies.Nothing settings, HostInjectorContext context) {
            throw new UnsupportedOperationException();
          }
        };
    SettingsResult result =
        new NodeSettingsReader(
                Map.of("loopback", broken, "hosts-file", new TestStrategies.HostsFile()),
                surroundings(environment, true))
            .read(Optional.empty(), List.of());
    assertThat(((SettingsResult.Refused) result).problems())
        .extracting(Problem::message)
        .containsExactly(
            "the host injector loopback failed to read this: java.lang.IllegalStateException: not"
                + " today");
  }

  private static Surroundings surroundings(Map<String, String> environment, boolean root) {
    return new Surroundings(environment, Optional.empty(), Path.of("/home/me"), root);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("sallyport.conf"), text);
  }

  private NodeSettings read(Optional<Path> file, String... settings) {
    return switch (result(file, settings)) {
      case SettingsResult.Read read -> read.settings();
      case SettingsResult.Refused refused ->
          throw new AssertionError(refused.problems().stream().map(Problem::text).toList());
    };
  }

  private List<String> problems(Optional<Path> file, String... settings) {
    return switch (result(file, settings)) {
      case SettingsResult.Read read -> throw new AssertionError("taken: " + read);
      case SettingsResult.Refused refused ->
          refused.problems().stream().map(Problem::text).toList();
    };
  }

  private SettingsResult result(Optional<Path> file, String... settings) {
    return new NodeSettingsReader(TestStrategies.injectors(), surroundings(environment, true))
        .read(file, Stream.of(settings).map(s -> Setting.of(s).orElseThrow()).toList());
  }
}
