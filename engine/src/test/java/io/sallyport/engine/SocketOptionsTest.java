package io.sallyport.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.TcpOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the kernel says of the two sockets of a session, asked by their descriptors. */
@EnabledIf(
    value = "io.sallyport.engine.DescriptorsTest#linux",
    disabledReason = "looks for descriptors in /proc/self/fd")
final class SocketOptionsTest {
  private static final int SOL_SOCKET = 1;
  private static final int SO_KEEPALIVE = 9;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_NODELAY = 1;
  private static final int TCP_KEEPIDLE = 4;
  private static final int TCP_KEEPINTVL = 5;
  private static final int TCP_KEEPCNT = 6;
  private static final int TCP_USER_TIMEOUT = 18;

  /** Whatever the local port is. */
  private static final int ANY = -1;

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void kernelWatchesOverBothSidesOfASession(TransportChoice transport) throws Throwable {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab(settings -> SessionsTest.on(settings, transport))) {
      int port = Lab.freePort();
      lab.apply(service(port, peer, Duration.ofSeconds(61)));
      try (Socket client = Lab.connect(port)) {
        assertThat(SessionsTest.echoes(client)).isTrue();
        // The endpoint's own socket has the same two ports the other way round.
        int downstream = descriptor(port, client.getLocalPort());
        int upstream = descriptor(ANY, peer.port());
        for (int side : List.of(downstream, upstream)) {
          assertThat(option(side, IPPROTO_TCP, TCP_NODELAY))
              .as(side == upstream ? "upstream" : "downstream")
              .isEqualTo(1);
          // The endpoint's side gets its share once the session has lasted a moment.
          Awaitility.await()
              .atMost(Duration.ofSeconds(20))
              .untilAsserted(() -> {
                assertThat(option(side, SOL_SOCKET, SO_KEEPALIVE)).isEqualTo(1);
                assertThat(option(side, IPPROTO_TCP, TCP_KEEPIDLE)).isEqualTo(61);
                assertThat(option(side, IPPROTO_TCP, TCP_KEEPINTVL)).isEqualTo(9);
                assertThat(option(side, IPPROTO_TCP, TCP_KEEPCNT)).isEqualTo(4);
                // NIO has no way to say this one.
                assertThat(option(side, IPPROTO_TCP, TCP_USER_TIMEOUT))
                    .isEqualTo(transport == TransportChoice.NIO ? 0 : 31_000);
              });
        }
      }
      lab.ended(1);
      lab.apply(service(port, peer, Duration.ZERO));
      // Each event loop comes to its listener by itself, after the catalog was applied.
      Lab.eventually(() -> keepAliveOfANewSession(port) == 0);
    }
  }

  private static int keepAliveOfANewSession(int port) {
    try (Socket client = Lab.connect(port)) {
      assertThat(SessionsTest.echoes(client)).isTrue();
      return option(descriptor(port, client.getLocalPort()), SOL_SOCKET, SO_KEEPALIVE);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  private static io.sallyport.api.catalog.Service service(int port, Peer peer, Duration idle) {
    return Lab.service(
        "icr",
        made -> with(made, new TcpOptions(idle, Duration.ofSeconds(9), 4, Duration.ofSeconds(31))),
        port,
        SessionsTest.unchecked(peer.port()));
  }

  private static ServicePort with(ServicePort made, TcpOptions options) {
    return new ServicePort(
        made.listen(),
        made.endpoints(),
        made.balancer(),
        made.health(),
        made.timeouts(),
        options,
        made.connectAttempts(),
        made.maxSessions(),
        made.onDown(),
        made.onUp(),
        made.allDown());
  }

  /** The descriptor of the connection with these ports. */
  private static int descriptor(int local, int remote) throws IOException {
    String socket = "socket:[" + inode(local, remote) + "]";
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files
          .filter(file -> socket.equals(target(file)))
          .map(file -> Integer.valueOf(file.getFileName().toString()))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no descriptor of " + socket));
    }
  }

  private static String inode(int local, int remote) throws IOException {
    // A socket for both families stands with IPv6's, whatever it is used for.
    for (String file : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/self/net", file))) {
        List<String> words = List.of(line.strip().split("\\s+"));
        boolean established = words.get(3).equals("01");
        if (established
            && (local == ANY || port(words.get(1)) == local)
            && port(words.get(2)) == remote) {
          return words.get(9);
        }
      }
    }
    throw new AssertionError("no connection from " + local + " to " + remote);
  }

  /** Of an address and a port as the kernel writes them. */
  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }

  @SuppressWarnings("restricted") // What a native call is.
  private static int option(int descriptor, int level, int name) {
    Linker linker = Linker.nativeLinker();
    MethodHandle getsockopt =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("getsockopt"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, Integer.BYTES);
      int result = (int) getsockopt.invokeExact(descriptor, level, name, value, length);
      assertThat(result).as("getsockopt of descriptor %d", descriptor).isZero();
      return value.get(ValueLayout.JAVA_INT, 0);
    } catch (Throwable fault) {
      throw new AssertionError(fault);
    }
  }
}
