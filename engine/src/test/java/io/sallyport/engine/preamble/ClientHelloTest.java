package io.sallyport.engine.preamble;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What is read of a ClientHello, and of everything else. */
final class ClientHelloTest {
  private static final byte[] REAL = Hellos.asking("WWW.Example.com");

  @Example
  void nameIsReadInSmallLetters() {
    assertThat(read(REAL)).isEqualTo(new ClientHello.Named("www.example.com"));
    assertThat(read(Hellos.asking(""))).isEqualTo(new ClientHello.Nameless());
  }

  @Example
  void whatIsNotTlsIsKnownByItsFirstByte() {
    assertThat(read(Hellos.ascii("GET / HTTP/1.1"))).isEqualTo(new ClientHello.Other());
    assertThat(read(Hellos.ascii("S"))).isEqualTo(new ClientHello.Other());
    assertThat(read(new byte[0])).isEqualTo(new ClientHello.Unfinished());
    assertThat(read(new byte[] {22, 2})).isEqualTo(new ClientHello.Other());
    assertThat(read(new byte[] {22, 3, 1, 0, 4, 2})).isEqualTo(new ClientHello.Other());
  }

  @Example
  void helloThatClaimsToBeTooLongIsNotWaitedFor() {
    assertThat(read(new byte[] {22, 3, 1, 0x40, 0, 1, 1, 0, 0})).isEqualTo(new ClientHello.Other());
  }

  @Property(tries = 200)
  void recordsMayCutItAnywhere(@ForAll @IntRange(min = 1, max = 600) int size) {
    assertThat(read(Hellos.inRecords(REAL, size)))
        .isEqualTo(new ClientHello.Named("www.example.com"));
  }

  @Property(tries = 300)
  void everyBeginningIsUnfinished(
      @ForAll @IntRange(min = 0, max = 5_000) int cut,
      @ForAll @IntRange(min = 1, max = 600) int size) {
    byte[] whole = Hellos.inRecords(REAL, size);
    byte[] part = java.util.Arrays.copyOf(whole, cut % whole.length);
    assertThat(read(part)).isEqualTo(new ClientHello.Unfinished());
  }

  @Property(tries = 5_000)
  void nothingThatIsChangedInItThrows(
      @ForAll @Size(max = 8) int[] places, @ForAll @Size(max = 8) byte[] values) {
    byte[] hello = REAL.clone();
    for (int i = 0; i < Math.min(places.length, values.length); i++) {
      hello[Math.floorMod(places[i], hello.length)] = values[i];
    }
    assertThat(read(hello)).isNotNull();
  }

  @Property(tries = 5_000)
  void nothingThatComesThrows(@ForAll("framed") byte[] bytes) {
    assertThat(read(bytes)).isNotNull();
  }

  @Provide
  Arbitrary<byte[]> framed() {
    return Arbitraries.bytes()
        .array(byte[].class)
        .ofMaxSize(300)
        .map(body -> {
          byte[] all = new byte[body.length + 9];
          System.arraycopy(body, 0, all, 9, body.length);
          System.arraycopy(
              new byte[] {
                22,
                3,
                1,
                (byte) ((body.length + 4) >> 8),
                (byte) (body.length + 4),
                1,
                0,
                (byte) (body.length >> 8),
                (byte) body.length
              },
              0,
              all,
              0,
              9);
          return all;
        });
  }

  private static ClientHello read(byte[] bytes) {
    return ClientHello.read(Unpooled.wrappedBuffer(bytes));
  }
}
