package io.sallyport.engine.session;

import io.netty.buffer.ByteBuf;
import io.sallyport.api.catalog.SendProxy;
import io.sallyport.engine.preamble.ProxyHeader;
import io.sallyport.engine.preamble.Tlv;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a connection's PROXY header said.
 *
 * @param destination where the client wanted to go; null when it was not said
 * @param tlvs what else was said
 */
record Greeted(@Nullable InetSocketAddress destination, List<Tlv> tlvs) {
  static final Greeted NOTHING = new Greeted(null, List.of());

  /** The header that an endpoint gets. */
  static ByteBuf header(
      SendProxy version,
      @Nullable Greeted greeted,
      InetSocketAddress client,
      InetSocketAddress listener) {
    Greeted said = greeted == null ? NOTHING : greeted;
    InetSocketAddress destination = said.destination();
    return ProxyHeader.write(
        version, client, destination == null ? listener : destination, said.tlvs());
  }
}
