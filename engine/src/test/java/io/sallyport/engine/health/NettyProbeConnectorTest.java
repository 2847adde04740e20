package io.sallyport.engine.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.ChannelException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.sallyport.api.health.ProbeOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NettyProbeConnectorTest {
  private static final Duration LONG = Duration.ofSeconds(15);

  enum Transport {
    NIO,
    EPOLL;

    EventLoopGroup group() {
      return switch (this) {
        case NIO -> new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        case EPOLL -> new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
      };
    }

    Class<? extends SocketChannel> channel() {
      return switch (this) {
        case NIO -> NioSocketChannel.class;
        case EPOLL -> EpollSocketChannel.class;
      };
    }
  }

  private final List<EventLoopGroup> groups = new ArrayList<>();

  @AfterEach
  void endLoops() {
    for (EventLoopGroup group : groups) {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private NettyProbeConnector connector(Transport transport) {
    if (transport == Transport.EPOLL) {
      assumeThat(Epoll.isAvailable()).isTrue();
    }
    EventLoopGroup group = transport.group();
    groups.add(group);
    return new NettyProbeConnector(group, transport.channel(), Runnable::run, System::nanoTime);
  }

  private static ProbeOutcome probe(
      NettyProbeConnector connector, InetSocketAddress address, Duration timeout) {
    return connector
        .connect(address, timeout)
        .toCompletableFuture()
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }

  private static InetSocketAddress loopback(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  @ParameterizedTest
  @EnumSource
  void acceptedProbeIsClosedByReset(Transport transport) throws IOException {
    try (ServerSocket server = new ServerSocket()) {
      server.bind(loopback("127.0.0.1", 0));
      ProbeOutcome outcome =
          probe(connector(transport), loopback("127.0.0.1", server.getLocalPort()), LONG);

      assertThat(outcome).isInstanceOf(ProbeOutcome.Connected.class);
      assertThat(outcome.duration()).isPositive().isLessThan(LONG);
      server.setSoTimeout(15_000);
      try (Socket accepted = server.accept()) {
        accepted.setSoTimeout(15_000);
        CompletableFuture<String> end = new CompletableFuture<>();
        try {
          end.complete("read " + accepted.getInputStream().read());
        } catch (SocketException reset) {
          end.complete(reset.getMessage());
        }
        assertThat(end.join()).isEqualTo("Connection reset");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void acceptedProbeOverIpVersion6(Transport transport) throws IOException {
    try (ServerSocket server = new ServerSocket()) {
      server.bind(loopback("::1", 0));

      assertThat(probe(connector(transport), loopback("::1", server.getLocalPort()), LONG))
          .isInstanceOf(ProbeOutcome.Connected.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusedProbeTellsTheSystemsWords(Transport transport) throws IOException {
    try (Socket unheard = new Socket()) {
      // Bound, and never listened at: nobody else comes to listen there, not even who connects.
      unheard.bind(loopback("127.0.0.1", 0));
      assertThat(probe(connector(transport), loopback("127.0.0.1", unheard.getLocalPort()), LONG))
          .isInstanceOfSatisfying(
              ProbeOutcome.Refused.class,
              refused -> assertThat(refused.info()).isEqualTo("Connection refused"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void unansweredProbeTimesOutInTime(Transport transport) throws IOException {
    try (BlackHole hole = new BlackHole()) {
      ProbeOutcome outcome = probe(connector(transport), hole.address(), Duration.ofMillis(300));

      assertThat(outcome).isInstanceOf(ProbeOutcome.TimedOut.class);
      assertThat(outcome.duration()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
    }
  }

  @ParameterizedTest
  @EnumSource
  void loopThatHasEndedIsUnable(Transport transport) {
    NettyProbeConnector connector = connector(transport);
    groups.getFirst().shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();

    assertThat(probe(connector, loopback("127.0.0.1", 9), LONG))
        .isInstanceOf(ProbeOutcome.Unable.class);
  }

  @ParameterizedTest
  @EnumSource
  void twoThousandProbesLeaveNoDescriptorAndNoTimeWait(Transport transport) throws IOException {
    NettyProbeConnector connector = connector(transport);
    try (ServerSocket server = new ServerSocket()) {
      server.bind(loopback("127.0.0.1", 0), 200);
      InetSocketAddress address = loopback("127.0.0.1", server.getLocalPort());
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try {
              while (true) {
                server.accept().close();
              }
            } catch (IOException closed) {
              // The test is over.
            }
          });
      probe(connector, address, LONG);
      long before = Descriptors.open();
      for (int i = 0; i < 2_000; i++) {
        assertThat(probe(connector, address, LONG)).isInstanceOf(ProbeOutcome.Connected.class);
      }
      Descriptors.awaitAtMost(before + 5);
      assertThat(Descriptors.timeWait(address.getPort())).isLessThan(20);
    }
  }

  @Test
  void faultsOfTheNodeAreNotTheEndpoints() {
    Duration taken = Duration.ofMillis(1);
    for (String words :
        List.of(
            "Too many open files",
            "Too many open files in system",
            "Cannot assign requested address",
            "No buffer space available")) {
      SocketException system = new SocketException("socket(..) failed with error(-1): " + words);

      assertThat(ConnectFault.outcome(new ChannelException("Unable to create", system), taken))
          .isEqualTo(new ProbeOutcome.Unable(taken, words));
    }
  }

  @Test
  void unreachableNetworksAreRefusals() {
    Duration taken = Duration.ofMillis(1);

    assertThat(
            ConnectFault.outcome(
                new SocketException("Network is unreachable: /10.1.2.3:443"), taken))
        .isEqualTo(new ProbeOutcome.Refused(taken, "Network is unreachable"));
    assertThat(
            ConnectFault.outcome(
                new java.net.NoRouteToHostException("No route to host: /10.1.2.3:443"), taken))
        .isEqualTo(new ProbeOutcome.Refused(taken, "No route to host"));
  }

  @Test
  void systemOfAnotherLanguageIsUnderstoodByTheKindOfFault() {
    Duration taken = Duration.ofMillis(1);

    assertThat(
            ConnectFault.outcome(
                new java.net.ConnectException("Verbindungsaufbau abgelehnt"), taken))
        .isEqualTo(new ProbeOutcome.Refused(taken, "Verbindungsaufbau abgelehnt"));
    assertThat(ConnectFault.outcome(new java.net.BindException("Keine Adresse"), taken))
        .isEqualTo(new ProbeOutcome.Unable(taken, "Keine Adresse"));
  }
}
