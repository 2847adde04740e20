package io.sallyport.control.operate.client;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Connections to control planes. */
final class Channels {
  private static final int MOST_BYTES = 512 * 1024 * 1024;
  // As rarely as any server allows.
  private static final int PING_MINUTES = 5;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private Channels() {}

  /**
   * Makes a channel; does not connect yet.
   *
   * @throws OperationsException when the files or the address do not allow it
   */
  static ManagedChannel open(ControlAddress address, ClientSettings settings) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(address.host(), address.port())
            .maxInboundMessageSize(MOST_BYTES)
            .keepAliveTime(PING_MINUTES, TimeUnit.MINUTES);
    switch (settings.security()) {
      case ClientSettings.Security.Insecure insecure -> {
        loopback(address);
        builder.usePlaintext();
      }
      case ClientSettings.Security.Tls tls -> builder.sslContext(context(tls));
    }
    settings
        .token()
        .ifPresent(token -> {
          Metadata headers = new Metadata();
          headers.put(AUTHORIZATION, "Bearer " + token);
          builder.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
        });
    return builder.build();
  }

  private static void loopback(ControlAddress address) {
    try {
      if (!InetAddress.getByName(address.host()).isLoopbackAddress()) {
        throw new OperationsException(
            address
                + " is not this machine's loopback: without TLS anybody between could be the"
                + " control plane. Leave --insecure out, and name --ca, --certificate and --key");
      }
    } catch (UnknownHostException unknown) {
      throw new OperationsException(address.host() + " is not known here", unknown);
    }
  }

  private static SslContext context(ClientSettings.Security.Tls tls) {
    tls.authorities().ifPresent(Channels::readable);
    tls.identity()
        .ifPresent(identity -> {
          readable(identity.certificate());
          readable(identity.key());
        });
    try {
      SslContextBuilder builder = GrpcSslContexts.forClient();
      tls.authorities().ifPresent(ca -> builder.trustManager(ca.toFile()));
      tls.identity()
          .ifPresent(identity ->
              builder.keyManager(identity.certificate().toFile(), identity.key().toFile()));
      return builder.build();
    } catch (IllegalArgumentException | IOException broken) {
      throw new OperationsException(
          "the certificates cannot be used: "
              + broken.getMessage()
              + "; they must be PEM, and the key PKCS #8 without a password",
          broken);
    }
  }

  private static void readable(Path file) {
    if (!Files.isReadable(file)) {
      throw new OperationsException(
          file + (Files.exists(file) ? " cannot be read" : " does not exist"));
    }
  }
}
