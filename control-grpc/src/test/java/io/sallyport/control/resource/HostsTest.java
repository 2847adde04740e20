package io.sallyport.control.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "control-1",
        "control-1.example",
        "control-1.example.",
        "3f2a1b9c",
        "xn--bcher-kva.example",
        "10.0.0.4",
        "255.255.255.255",
        "::1",
        "fd00::4",
        "::ffff:10.0.0.4"
      })
  void whatIsConnectableSuitsGrpc(String host) {
    assertThat(Hosts.connectable(host)).isTrue();
    ManagedChannel channel = NettyChannelBuilder.forAddress(host, 9430).usePlaintext().build();
    channel.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "control_1",
        "-control",
        "control-",
        "a..b",
        "123",
        "1.2.3",
        "1.2.3.4.5",
        "256.0.0.1",
        "010.0.0.4",
        "host.1x",
        "[::1]",
        "::1::",
        "1:2",
        "a b",
        "a/b",
        "a@b",
        "bücher.example",
        "h\n",
        "10.0.0.4."
      })
  void othersAreNot(String host) {
    assertThat(Hosts.connectable(host)).isFalse();
  }

  @Test
  void aNameOrALabelThatIsTooLongIsNot() {
    assertThat(Hosts.connectable("a".repeat(63))).isTrue();
    assertThat(Hosts.connectable("a".repeat(64))).isFalse();
    assertThat(Hosts.connectable("a.".repeat(126) + "a")).isTrue();
    assertThat(Hosts.connectable("a.".repeat(126) + "aa")).isFalse();
  }

  @Test
  void anUnderscoreIsWhatGrpcThrowsFor() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NettyChannelBuilder.forAddress("control_1", 9430));
  }
}
