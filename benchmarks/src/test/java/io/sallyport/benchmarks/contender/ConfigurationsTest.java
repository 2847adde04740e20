package io.sallyport.benchmarks.contender;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.benchmarks.contender.Haproxy.Master;
import io.sallyport.benchmarks.contender.Haproxy.Splice;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationsTest {
  private static final List<Route> ROUTES =
      List.of(
          new Route(
              "web",
              new InetSocketAddress("127.77.0.1", 80),
              List.of(
                  new InetSocketAddress("127.77.1.1", 81), new InetSocketAddress("127.77.1.2", 81)),
              82));

  @Test
  void bothAreToldTheSame() {
    assertThat(new Haproxy(Path.of("haproxy"), Splice.OFF, Master.NONE).configuration(ROUTES))
        .contains(
            "    bind 127.77.0.1:80\n",
            "    balance roundrobin\n",
            "    default-server inter 60s fall 3 rise 3\n",
            "    server z1 127.77.1.1:81 check port 82 on-marked-down shutdown-sessions"
                + " on-marked-up shutdown-backup-sessions\n",
            "    server z2 127.77.1.2:81 check port 82 ")
        .doesNotContain("splice");
    assertThat(Sallyport.configuration(ROUTES))
        .isEqualTo(
            """
            services {
              web {
                names = [web.benchmark.test]
                address = 127.77.0.1
                ports = [80]
                endpoints = [
                  "127.77.1.1:81"
                  "127.77.1.2:81"
                ]
                health-check { interval = 1m, fall = 3, rise = 3, port = 82 }
                on-down = close-sessions
                on-up = close-backup-sessions
              }
            }
            """);
  }

  @Test
  void splicingIsAllThatTheTwoOfHaproxyDifferIn() {
    String plain = new Haproxy(Path.of("haproxy"), Splice.OFF, Master.NONE).configuration(ROUTES);
    String splicing =
        new Haproxy(Path.of("haproxy"), Splice.AUTO, Master.NONE).configuration(ROUTES);
    assertThat(splicing.replace("    option splice-auto\n", "")).isEqualTo(plain);
  }
}
