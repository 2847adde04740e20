package io.sallyport.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sallyport.api.catalog.AcceptProxy;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.Routing;
import io.sallyport.api.catalog.SendProxy;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of sessions that need memory when there is none, and of the others. */
@Timeout(120)
final class MemoryShortageTest {
  private static final int MANY = 40;

  /** An engine in a process of its own, whose memory can be used up. */
  private static final class Victim implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    Victim(int plain, int told, int endpoint) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:MaxDirectMemorySize=8m",
                  "-Dio.netty.allocator.numDirectArenas=0",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  MemoryShortageTest.class.getName(),
                  String.valueOf(plain),
                  String.valueOf(told),
                  String.valueOf(endpoint))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
      assertThat(answers.readLine()).isEqualTo("ready");
    }

    String ask(String what) throws IOException {
      process.getOutputStream().write((what + "\n").getBytes(UTF_8));
      process.getOutputStream().flush();
      return answers.readLine();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @Test
  void itEndsTheSessionsThatNeedItAndNoOther() throws Exception {
    int plain = Lab.freePort();
    int told = Lab.freePort();
    try (Peer peer = Peer.echo();
        Victim victim = new Victim(plain, told, peer.port());
        Socket before = Lab.connect(plain)) {
      // Both loops have what they read into.
      assertThat(SessionsTest.echoes(before)).isTrue();
      for (int i = 0; i < 4; i++) {
        try (Socket socket = Lab.connect(told)) {
          assertThat(socket.getInputStream().readNBytes(16)).startsWith(0x0d, 0x0a);
        }
      }
      Lab.eventually(() -> report(victim).startsWith("completed 4, resources 0, active 1"));
      int descriptors = Integer.parseInt(victim.ask("descriptors"));

      assertThat(victim.ask("fill")).isEqualTo("full");
      for (int i = 0; i < MANY; i++) {
        assertThat(SessionsTest.outcome(told)).isEqualTo("reset");
      }
      Lab.eventually(
          () -> report(victim).equals("completed 4, resources 40, active 1, on endpoints 1"));
      assertThat(SessionsTest.echoes(before)).isTrue();
      try (Socket another = Lab.connect(plain)) {
        assertThat(SessionsTest.echoes(another)).isTrue();
      }
      Lab.eventually(() -> report(victim).contains("completed 5"));

      assertThat(victim.ask("free")).isEqualTo("freed");
      // Fewer where a socket was still to be closed when they were counted first.
      Lab.eventually(() -> Integer.parseInt(answer(victim, "descriptors")) <= descriptors);
      try (Socket socket = Lab.connect(told)) {
        assertThat(socket.getInputStream().readNBytes(16)).startsWith(0x0d, 0x0a);
      }
      Lab.eventually(
          () -> report(victim).equals("completed 6, resources 40, active 1, on endpoints 1"));
    }
  }

  private static String report(Victim victim) {
    return answer(victim, "report");
  }

  private static String answer(Victim victim, String question) {
    try {
      return victim.ask(question);
    } catch (IOException gone) {
      throw new AssertionError(gone);
    }
  }

  /** The process whose memory is used up. */
  public static void main(String[] ports) throws Exception {
    List<ByteBuf> all = new ArrayList<>();
    try (Lab lab = new Lab()) {
      Preamble tells =
          new Preamble(AcceptProxy.NONE, SendProxy.V2, Routing.NONE, Duration.ofSeconds(1));
      int endpoint = Integer.parseInt(ports[2]);
      lab.apply(
          Lab.service("plain", Integer.parseInt(ports[0]), SessionsTest.unchecked(endpoint)),
          Lab.service(
              "told",
              made -> made.with(tells),
              Integer.parseInt(ports[1]),
              SessionsTest.unchecked(endpoint)));
      System.out.println("ready");
      BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        System.out.println(
            switch (order) {
              case "fill" -> fill(all);
              case "free" -> free(all);
              case "descriptors" -> String.valueOf(DescriptorsTest.descriptors().size());
              default -> report(lab);
            });
      }
    }
  }

  private static String fill(List<ByteBuf> all) {
    for (int size = 1 << 20; size > 0; size /= 2) {
      try {
        while (true) {
          all.add(PooledByteBufAllocator.DEFAULT.directBuffer(size, size));
        }
      } catch (OutOfMemoryError full) {
        // Nothing so large is left.
      }
    }
    return "full";
  }

  private static String free(List<ByteBuf> all) {
    all.forEach(ByteBuf::release);
    all.clear();
    return "freed";
  }

  private static String report(Lab lab) {
    List<SessionEnd> ends = lab.events(SessionEnded.class).stream().map(SessionEnded::end).toList();
    return "completed %d, resources %d, active %d, on endpoints %d"
        .formatted(
            ends.stream().filter(end -> end != SessionEnd.RESOURCES).count(),
            ends.stream().filter(end -> end == SessionEnd.RESOURCES).count(),
            lab.status().activeSessions(),
            lab.status().services().stream()
                .flatMap(service -> service.listeners().stream())
                .flatMap(listener -> listener.endpoints().stream())
                .mapToInt(each -> each.activeSessions())
                .sum());
  }
}
