package io.sallyport.control.server;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.sallyport.api.plugin.Ticker;
import io.sallyport.control.security.CallerInterceptor.Proof;
import io.sallyport.control.security.Identities;
import io.sallyport.control.security.ReloadingTls;
import io.sallyport.control.security.TlsFiles;
import io.sallyport.control.security.Tokens;
import io.sallyport.control.server.ControlSettings.Security;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** How a replica is connected to, and connects to the others. Any thread. */
sealed interface Transport {
  /** What counts as a proof of who calls. */
  Proof proof();

  /** Sets a server up. */
  void serve(NettyServerBuilder builder);

  /** Connects to another replica, as a replica. */
  ManagedChannel channel(PeerAddress address);

  /**
   * What security asks for.
   *
   * @throws io.sallyport.control.security.TlsException when a file cannot be used
   */
  static Transport of(
      Security security,
      ScheduledExecutorService looks,
      Ticker ticker,
      MetricRegistry metrics,
      Closing closing) {
    return switch (security) {
      case Security.Insecure() -> new Plain();
      case Security.Tls(TlsFiles files, String domain, Optional<Path> tokens, Duration every) ->
          new Encrypted(
              closing.with(ReloadingTls.server(files, every, looks), ReloadingTls::close),
              closing.with(ReloadingTls.client(files, every, looks), ReloadingTls::close),
              new Proof.Credentials(new Identities(domain), new Tokens(tokens, ticker)),
              metrics.counter("control_plaintext_connections_total"),
              ticker);
    };
  }

  /** Without security, within one machine. */
  record Plain() implements Transport {
    @Override
    public Proof proof() {
      return new Proof.NotAsked();
    }

    @Override
    public void serve(NettyServerBuilder builder) {}

    @Override
    public ManagedChannel channel(PeerAddress address) {
      return NettyChannelBuilder.forAddress(address.host(), address.port()).usePlaintext().build();
    }
  }

  /** Over TLS; operators may have a token in the place of a certificate. */
  record Encrypted(
      ReloadingTls server, ReloadingTls client, Proof proof, Counter plaintext, Ticker ticker)
      implements Transport {
    private static final int PING_SECONDS = 30;

    @Override
    public void serve(NettyServerBuilder builder) {
      builder.protocolNegotiator(
          new TlsNegotiator(server.serverContext(ClientAuth.OPTIONAL), plaintext, ticker));
    }

    @Override
    public ManagedChannel channel(PeerAddress address) {
      return NettyChannelBuilder.forAddress(address.host(), address.port())
          .sslContext(client.clientContext())
          .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
          .build();
    }
  }
}
