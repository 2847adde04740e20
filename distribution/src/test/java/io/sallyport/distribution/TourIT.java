package io.sallyport.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The five minutes of the README, pasted into a shell by a newcomer. */
@Timeout(400)
class TourIT {
  private static final Pattern TOUR =
      Pattern.compile("^```sh\n(s=distribution.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  @TempDir private Path directory;

  @Test
  void tourWorksAsItIsWritten() throws Exception {
    boolean servers = Files.isExecutable(Path.of("/usr/bin/python3"));
    assumeTrue(servers || "true".equals(System.getenv("CI")), "the tour's servers are Python's");
    Installation installation = Installation.built();
    String admin = "127.0.0.1:" + freePort();
    Files.createDirectories(directory.resolve("conf"));
    Files.writeString(
        directory.resolve("conf/sallyport.conf"), "admin.address = \"" + admin + "\"\n");

    Installation.Outcome said =
        Installation.run(
            Path.of("/bin/bash"),
            Map.of("SALLYPORT_HOME", directory.toString()),
            Files.writeString(directory.resolve("tour.sh"), script(installation, admin))
                .toString());

    assertThat(said.exitCode()).as(said.output() + said.errors()).isZero();
    assertThat(said.output())
        .contains(
            "valid: 1 service, 1 port",
            "hosts-file: + 127.20.44.7 hello.example",
            "hello  serving  127.20.44.7  hello.example",
            "nothing is wrong",
            "127.20.44.7 hello.example # sallyport: hello",
            "<title>Directory listing for /</title>")
        .containsPattern("127\\.0\\.0\\.1:[0-9]+ +0/2 DOWN")
        .contains("hello  serving  127.20.44.7  hello.example hi.example")
        .contains("was refused, and revision 1.2 goes on", "unknown key; did you mean \"ports\"?")
        .endsWith("stopped with 0\n");
  }

  /** The README's commands, and after them what the text below them says, as commands. */
  private String script(Installation installation, String admin) throws IOException {
    Matcher tour = TOUR.matcher(Files.readString(Path.of("../README.md")));
    assertThat(tour.find()).isTrue();
    String commands =
        tour.group(1)
            .replace("/tmp/", directory + "/")
            .replace("--directory /tmp ", "--directory " + directory.resolve("conf") + " ")
            .replace("distribution/target/sallyport/bin/sallyport", installation.launcher() + "")
            .replace("127.0.0.1:9420", admin)
            .replace("127.20.0.7", "127.20.44.7")
            .replace("9001", "" + freePort())
            .replace("9002", "" + freePort());
    return "set -em\ntrap 'kill %1 %2 %3 2>/dev/null || :' EXIT\n"
        + commands
        + """
        shown() { until "$s" status | grep -q "$1"; do sleep 0.2; done; "$s" status; }
        kill %1
        wait %1 || :
        curl http://127.20.44.7:8080/
        shown '0/2 DOWN'
        sed -i 's/hello.example/hello.example, hi.example/' catalog.conf
        shown 'hello.example hi.example'
        sed -i 's/ports  /prots  /' catalog.conf
        shown 'was refused'
        kill %3
        wait %3 && echo "stopped with $?"
        """
            .replace("catalog.conf", directory.resolve("catalog.conf").toString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket trial = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return trial.getLocalPort();
    }
  }
}
