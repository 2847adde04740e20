package io.sallyport.distribution;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Other people's plugins in a copy of the real distribution, built as they would build them. */
@Timeout(600)
class PluginsIT {
  private static final Path EXAMPLES = Path.of("../docs/examples");

  @TempDir private Path directory;

  private Installation installation = Installation.built();
  private final List<ServerSocket> endpoints = new ArrayList<>();
  private int jars;

  @BeforeEach
  void copyTheInstallation() throws Exception {
    installation = Installation.built().copiedTo(directory.resolve("sallyport"));
  }

  @AfterEach
  void closeEndpoints() throws IOException {
    Files.delete(installation.home().resolve("runtime"));
    for (ServerSocket endpoint : endpoints) {
      endpoint.close();
    }
  }

  @Test
  void theExamplesOfTheGuideBuildLoadAndWork() throws Exception {
    for (String example : List.of("last-balancer", "quick-check", "names-list")) {
      jar().withAll(EXAMPLES.resolve(example).resolve("src")).to(plugins(example + ".jar"));
    }
    Config listing = listing(0);
    assertThat(listing.getStringList("faults")).isEmpty();
    assertThat(plugin(listing, "last").getString("kind")).isEqualTo("balancer");
    assertThat(plugin(listing, "last").getString("origin"))
        .isEqualTo(plugins("last-balancer.jar").toString());
    assertThat(plugin(listing, "last").getString("api")).isEqualTo("0.1");
    assertThat(plugin(listing, "last").getConfigList("keys"))
        .extracting(key -> key.getString("name"), key -> key.getString("value"))
        .containsExactly(org.assertj.core.groups.Tuple.tuple("lightest", "whole number, 1 to 256"));
    assertThat(plugin(listing, "round-robin").getString("origin")).isEqualTo("built in");

    int first = endpoint("first");
    int last = endpoint("last");
    Path names = directory.resolve("names");
    Path catalog =
        Files.writeString(
            directory.resolve("catalog.conf"),
            """
            services {
              icr {
                address = 127.20.33.7, names = [icr.test], ports = [7443]
                endpoints = ["127.0.0.1:%d", "127.0.0.1:%d"]
                balancer { type = last, lightest = 1 }
                health-check { type = quick, within = 5s, interval = 200ms }
              }
            }
            """
                .formatted(first, last));
    Process agent = agent(catalog, "injectors.names-list.path=" + names);
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(log()).contains("agent is ready"));
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(names).hasContent("icr.test"));
      // Ready means that one endpoint has passed its probe; the other one's may come later.
      await().atMost(Duration.ofSeconds(60)).until(() -> heard().equals("last"));
      for (int i = 0; i < 5; i++) {
        assertThat(heard()).isEqualTo("last");
      }
    } finally {
      agent.destroy();
      assertThat(agent.waitFor(60, SECONDS)).isTrue();
    }
    assertThat(log()).doesNotContain("ERROR");
  }

  @Test
  void twoPluginsMayCarryTwoVersionsOfALibrary() throws Exception {
    for (String version : List.of("one", "two")) {
      Path library =
          jar()
              .with(
                  "org/example/words/Words.java",
                  "package org.example.words; public class Words { public static String word() {"
                      + " return \"%s\"; } }".formatted(version))
              .to(plugins("folder-" + version + "/words.jar"));
      jar()
          .against(library)
          .with(
              "org/example/%s/Named.java".formatted(version),
              balancer("org.example." + version, "Named", "org.example.words.Words.word()"))
          .with(
              "META-INF/services/io.sallyport.api.balancing.BalancerFactory",
              "org.example.%s.Named\n".formatted(version))
          .to(plugins("folder-" + version + "/plugin.jar"));
    }
    Config listing = listing(0);
    assertThat(plugin(listing, "one").getString("origin"))
        .isEqualTo(plugins("folder-one").toString());
    assertThat(plugin(listing, "two").getString("origin"))
        .isEqualTo(plugins("folder-two").toString());
  }

  @Test
  void aPluginMayCarryALibraryThatWeCarryToo() throws Exception {
    jar()
        .with(
            "com/typesafe/config/ConfigFactory.java",
            "package com.typesafe.config; public class ConfigFactory { public static String own() {"
                + " return \"own\"; } }")
        .with(
            "org/example/own/Named.java",
            balancer("org.example.own", "Named", "com.typesafe.config.ConfigFactory.own()"))
        .with(
            "META-INF/services/io.sallyport.api.balancing.BalancerFactory",
            "org.example.own.Named\n")
        .to(plugins("own.jar"));
    assertThat(plugin(listing(0), "own").getString("kind")).isEqualTo("balancer");
  }

  @Test
  void aPluginDoesNotFindOurClasses() throws Exception {
    jar()
        .with(
            "org/example/curious/Named.java",
            balancer(
                "org.example.curious",
                "Named",
                "found(\"io.sallyport.engine.Engine\") + found(\"org.slf4j.Logger\")"
                    + " + found(\"java.lang.String\")"))
        .with(
            "META-INF/services/io.sallyport.api.balancing.BalancerFactory",
            "org.example.curious.Named\n")
        .to(plugins("curious.jar"));
    assertThat(plugin(listing(0), "hiddenhiddenfound").getString("kind")).isEqualTo("balancer");
  }

  @Test
  void whatIsWrongWithAPluginIsToldAndTheOthersGoOn() throws Exception {
    Files.createDirectories(plugins("empty"));
    Files.writeString(plugins("text.jar"), "this is no jar");
    Files.writeString(plugins("notes.txt"), "this is nobody's business");
    single("newer", "newer", "\"newer\"").saying("Sallyport-Api", "0.2").to(plugins("newer.jar"));
    single("odd", "odd", "\"odd\"").saying("Sallyport-Api", "first").to(plugins("odd.jar"));
    single("silent", "silent", "\"silent\"").saying("Sallyport-Api", "").to(plugins("silent.jar"));
    single("twice", "twice", "\"round-robin\"").to(plugins("twice.jar"));
    single("shouting", "shouting", "\"LOUD\"").to(plugins("shouting.jar"));
    single("failing", "failing", "String.valueOf(1 / 0)").to(plugins("failing.jar"));
    single("endless", "endless", "endless()").to(plugins("endless.jar"));
    jar()
        .with("org/example/idle/Idle.java", "package org.example.idle; class Idle {}")
        .to(plugins("idle.jar"));
    jar()
        .with("module-info.java", "module org.example.nosy { requires io.sallyport.engine; }")
        .with("org/example/nosy/Nosy.java", "package org.example.nosy; class Nosy {}")
        .to(plugins("nosy.jar"));
    jar()
        .with("module-info.java", "module org.example.poor { requires org.slf4j; }")
        .with("org/example/poor/Poor.java", "package org.example.poor; class Poor {}")
        .to(plugins("poor.jar"));

    Config listing = listing(1);
    assertThat(listing.getStringList("faults"))
        .containsExactlyInAnyOrder(
            told("empty", "holds no jar; put the plugin's jars into it"),
            told(
                "text.jar",
                "cannot be read: zip END header not found; check that each file in it that ends in"
                    + " .jar is one"),
            told(
                "newer.jar",
                "was built for version 0.2 of the API, and this is 0.1; get a build of it for 0.1,"
                    + " or another Sallyport"),
            told(
                "odd.jar", "says Sallyport-Api: first, which is no version; write one such as 0.1"),
            told(
                "twice.jar",
                "supplies the balancer \"round-robin\", which built in does already"
                    + " (io.sallyport.plugins.balancing.roundrobin.RoundRobinFactory); remove one"
                    + " of them"),
            told(
                "shouting.jar",
                "supplies the balancer \"LOUD\", which is no type; it must be in kebab-case, such"
                    + " as round-robin"),
            told(
                "failing.jar",
                "has a balancer that cannot be loaded: java.lang.ArithmeticException: / by zero;"
                    + " tell its author"),
            told(
                "endless.jar",
                "does not come back from being loaded; tell its author what its constructors and"
                    + " type() wait for"),
            told(
                "idle.jar",
                "provides no strategy; declare its factories by provides … with in module-info, or"
                    + " in META-INF/services"),
            told(
                "nosy.jar",
                "requires the module io.sallyport.engine, which is not for plugins; use"
                    + " io.sallyport.api alone"),
            told(
                "poor.jar",
                "requires the module org.slf4j, which it does not bring; put its jar beside the"
                    + " plugin's, into one folder"));
    assertThat(listing.getStringList("warnings"))
        .containsExactly(
            told(
                "silent.jar",
                "does not say for which API it was built; put Sallyport-Api: 0.1 into its"
                    + " manifest"));
    assertThat(plugin(listing, "silent").getString("state")).isEqualTo("ok");

    var table = installation.run("plugins");
    assertThat(table.exitCode()).isEqualTo(1);
    assertThat(table.output())
        .contains("balancer", "silent", "Wrong (this is version 0.1 of the API):", "nosy.jar");
  }

  private String told(String name, String what) {
    return "plugin " + plugins(name) + " " + what;
  }

  private PluginJar single(String name, String module, String type) {
    return jar()
        .with(
            "module-info.java",
            ("module org.example.%1$s { requires io.sallyport.api; exports org.example.%1$s;"
                    + " provides io.sallyport.api.balancing.BalancerFactory with"
                    + " org.example.%1$s.Factory; }")
                .formatted(module))
        .with(
            "org/example/%s/Factory.java".formatted(name),
            balancer("org.example." + name, "Factory", type));
  }

  private static String balancer(String folder, String name, String type) {
    return """
    package %s;
    public final class %s implements io.sallyport.api.balancing.BalancerFactory<%2$s.Settings> {
      public record Settings() {}
      public String type() { return %s; }
      public Class<Settings> settingsType() { return Settings.class; }
      public Settings parse(io.sallyport.api.config.ConfigSection section) { return new Settings(); }
      public io.sallyport.api.balancing.Balancer create(
          Settings settings, io.sallyport.api.balancing.BalancerContext context) {
        return candidates -> request -> 0;
      }
      static String found(String name) {
        try {
          Class.forName(name);
          return "found";
        } catch (ClassNotFoundException none) {
          return "hidden";
        }
      }
      static String endless() {
        while (true) {
          try { Thread.sleep(1000); } catch (InterruptedException e) { }
        }
      }
    }
    """
        .formatted(folder, name, type);
  }

  private PluginJar jar() {
    return new PluginJar(directory.resolve("work" + jars++), installation.modulePath());
  }

  private Path plugins(String name) {
    return installation.home().resolve("plugins").resolve(name);
  }

  private Config listing(int exitCode) throws Exception {
    var outcome = installation.run("plugins", "--json");
    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.exitCode()).as(outcome.output()).isEqualTo(exitCode);
    return ConfigFactory.parseString(outcome.output());
  }

  private static Config plugin(Config listing, String type) {
    return listing.getConfigList("plugins").stream()
        .filter(plugin -> plugin.getString("type").equals(type))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no plugin " + type + " in " + listing));
  }

  /** Says its name and ends. */
  private int endpoint(String name) throws IOException {
    ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    endpoints.add(socket);
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (!socket.isClosed()) {
            try (Socket session = socket.accept()) {
              session.getOutputStream().write(name.getBytes(StandardCharsets.UTF_8));
            } catch (IOException over) {
              // A probe that hung up, or the end.
            }
          }
        });
    return socket.getLocalPort();
  }

  private static String heard() throws IOException {
    try (Socket session = new Socket("127.20.33.7", 7443)) {
      return new String(session.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve("agent.log"));
  }

  private Process agent(Path catalog, String setting) throws IOException {
    Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n");
    return new ProcessBuilder(
            installation.launcher().toString(),
            "run",
            "--catalog=" + catalog,
            "--hosts-file=" + hosts,
            "--admin=off",
            "--set=injectors.loopback.enabled=false",
            "--set=state-directory=" + directory.resolve("state"),
            "--set=" + setting)
        .redirectOutput(directory.resolve("agent.log").toFile())
        .redirectError(directory.resolve("agent.err").toFile())
        .start();
  }
}
