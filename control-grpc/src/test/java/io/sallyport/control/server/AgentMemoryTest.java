package io.sallyport.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.control.v1.NodeState;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What an attached agent costs the control plane, its connection included, TLS aside. */
class AgentMemoryTest {
  private static final int AGENTS = 1_000;
  private static final int SERVICES = 1_000;

  @Test
  void anAgentCostsLessThanFiftyKilobytes() throws Exception {
    TestCatalog catalog = new TestCatalog();
    try (TestControl control =
        new TestControl(TestControl.settings(AGENTS + 100, 64, AGENTS, 1 << 20), "r1")) {
      control.head(catalog.services(SERVICES, "some definition ".repeat(20)));
      TestAgent first = control.agent("first").hello("first", "eu-1");
      first.serves(first.accept());
      control.node("first", NodeState::hasEffective);
      int threads = Thread.activeCount();
      long before = used();

      Process crowd =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx1g",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  AgentCrowd.class.getName(),
                  String.valueOf(control.port()),
                  String.valueOf(AGENTS))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      try {
        Awaitility.await()
            .atMost(Duration.ofMinutes(5))
            .pollInterval(Duration.ofMillis(100))
            .until(() ->
                control.fleet.nodes().stream()
                        .filter(node -> node.getServicesServing() == SERVICES)
                        .count()
                    == AGENTS + 1);
        long each = (used() - before) / AGENTS;
        System.out.println("an attached agent costs " + each + " bytes");
        assertThat(each).isLessThan(50_000);
        assertThat(Thread.activeCount() - threads).as("no thread per agent").isLessThan(20);
      } finally {
        crowd.getOutputStream().close();
        if (!crowd.waitFor(10, TimeUnit.SECONDS)) {
          crowd.destroyForcibly();
        }
      }
    }
  }

  private static long used() throws InterruptedException {
    for (int round = 0; round < 3; round++) {
      System.gc();
      Thread.sleep(100);
    }
    List<BufferPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
        + pools.stream().mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
  }
}
