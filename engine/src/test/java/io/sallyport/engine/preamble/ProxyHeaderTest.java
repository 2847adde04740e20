package io.sallyport.engine.preamble;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sallyport.api.catalog.SendProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What is read of a PROXY header, and of everything else. */
final class ProxyHeaderTest {
  private static final InetSocketAddress SIX =
      new InetSocketAddress(InetAddress.ofLiteral("2001:db8::7"), 4711);
  private static final InetSocketAddress FOUR =
      new InetSocketAddress(InetAddress.ofLiteral("192.0.2.9"), 443);
  private static final byte[] START = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");

  @Example
  void whatIsWrittenIsReadAgain() {
    for (SendProxy version : List.of(SendProxy.V1, SendProxy.V2)) {
      for (InetSocketAddress source : List.of(SIX, FOUR)) {
        ByteBuf written = ProxyHeader.write(version, source, source, List.of());
        ProxyHeader.Whole whole = (ProxyHeader.Whole) ProxyHeader.read(written);
        assertThat(whole.length()).isEqualTo(written.readableBytes());
        assertThat(whole.source()).isEqualTo(source);
        assertThat(whole.destination()).isEqualTo(source);
        written.release();
      }
    }
  }

  @Example
  void addressesOfTwoFamiliesAreBothWrittenAsIpv6() {
    ByteBuf written = ProxyHeader.write(SendProxy.V1, FOUR, SIX, List.of());
    assertThat(written.toString(StandardCharsets.US_ASCII))
        .startsWith("PROXY TCP6 ::ffff:192.0.2.9 2001:db8::7 443 4711\r\n");
    written.release();
  }

  @Example
  void headerOfUnknownOriginLeavesTheSenderAsItIs() {
    ProxyHeader.Whole whole =
        (ProxyHeader.Whole) read("PROXY UNKNOWN\r\nmore".getBytes(StandardCharsets.US_ASCII));
    assertThat(whole.length()).isEqualTo(15);
    assertThat(whole.source()).isNull();
  }

  @Property(tries = 2_000)
  void noLineThrowsOrIsTakenBeyondItsEnd(@ForAll @Size(max = 150) byte[] rest) {
    reasonable(joined("PROXY ".getBytes(StandardCharsets.US_ASCII), rest));
  }

  @Property(tries = 2_000)
  void nothingBinaryThrowsOrIsTakenBeyondItsEnd(
      @ForAll byte command,
      @ForAll byte family,
      @ForAll @IntRange(min = 0, max = 200) int length,
      @ForAll @Size(max = 200) byte[] rest) {
    byte[] head = {command, family, 0, (byte) length};
    reasonable(joined(joined(START, head), rest));
    reasonable(joined(joined(START, new byte[] {0x21, 0x11, 0, (byte) length}), rest));
    reasonable(joined(joined(START, new byte[] {0x21, 0x21, 0, (byte) length}), rest));
  }

  @Property(tries = 1_000)
  void nothingThatComesThrows(@ForAll @Size(max = 300) byte[] bytes) {
    reasonable(bytes);
  }

  private static void reasonable(byte[] bytes) {
    ByteBuf all = Unpooled.wrappedBuffer(bytes);
    switch (ProxyHeader.read(all)) {
      case ProxyHeader.Whole whole ->
          assertThat(whole.length()).isBetween(1, Math.min(bytes.length, ProxyHeader.MOST));
      case ProxyHeader.Invalid invalid -> assertThat(invalid.reason()).isNotEmpty();
      case ProxyHeader.Unfinished unfinished ->
          assertThat(bytes.length).isLessThan(ProxyHeader.MOST);
    }
    assertThat(all.readableBytes()).isEqualTo(bytes.length);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] all = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private static ProxyHeader read(byte[] bytes) {
    return ProxyHeader.read(Unpooled.wrappedBuffer(bytes));
  }
}
