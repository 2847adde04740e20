package io.sallyport.control.agent;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.ControlGrpc;
import io.sallyport.control.v1.ControlMessage;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream to one replica of the control plane. All methods are called on the loop, on which the
 * listener is called, too.
 */
final class Connection {
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel channel;
  private final ClientCall<AgentMessage, ControlMessage> call;
  private final Listener listener;
  private boolean ended;

  /** What is told of a connection. Nothing follows {@link #closed}. */
  interface Listener {
    /** The control plane answers. */
    void open(Connection connection);

    /** It says something. */
    void heard(Connection connection, ControlMessage message);

    /**
     * It has ended.
     *
     * @param pushback how long to stay away, where the control plane says so
     */
    void closed(Connection connection, Status status, Optional<Duration> pushback);
  }

  Connection(
      ControlAddress address,
      ControlSettings settings,
      Optional<SslContext> tls,
      Executor loop,
      Listener listener) {
    this.listener = listener;
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(address.host(), address.port())
            .withOption(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(settings.connectTimeout().toMillis()))
            .keepAliveTime(settings.keepalive().toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(settings.keepaliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
            .maxInboundMessageSize(Math.toIntExact(settings.maxMessage()))
            .proxyDetector(target -> null)
            .disableServiceConfigLookUp()
            .disableRetry();
    tls.ifPresentOrElse(builder::sslContext, builder::usePlaintext);
    if (!settings.serverName().isEmpty()) {
      builder.overrideAuthority(settings.serverName());
    }
    channel = builder.build();
    call = channel.newCall(ControlGrpc.getAttachMethod(), CallOptions.DEFAULT.withExecutor(loop));
  }

  /** Begins with a Hello. */
  void start(AgentMessage hello) {
    call.start(new Calls(), new Metadata());
    call.sendMessage(hello);
    call.request(1);
  }

  /** Says something more. */
  void send(AgentMessage message) {
    if (!ended) {
      call.sendMessage(message);
    }
  }

  /** Takes the next message. */
  void readOn() {
    if (!ended) {
      call.request(1);
    }
  }

  /** Ends it; nothing more is told. */
  void end(String reason) {
    if (!ended) {
      ended = true;
      call.cancel(reason, null);
    }
    channel.shutdownNow();
  }

  /** Ends it in good order; nothing more is told. */
  void finish() {
    if (!ended) {
      ended = true;
      call.halfClose();
    }
    channel.shutdown();
  }

  /** Where it leads to; empty before it is open. */
  Optional<InetSocketAddress> remote() {
    SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return remote instanceof InetSocketAddress address ? Optional.of(address) : Optional.empty();
  }

  private final class Calls extends ClientCall.Listener<ControlMessage> {
    @Override
    public void onHeaders(Metadata headers) {
      if (!ended) {
        listener.open(Connection.this);
      }
    }

    @Override
    public void onMessage(ControlMessage message) {
      if (!ended) {
        listener.heard(Connection.this, message);
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      channel.shutdownNow();
      if (!ended) {
        ended = true;
        listener.closed(Connection.this, status, pushback(trailers.get(PUSHBACK)));
      }
    }
  }

  private static Optional<Duration> pushback(@Nullable String text) {
    try {
      return Optional.ofNullable(text).map(Long::parseLong).map(Duration::ofMillis);
    } catch (NumberFormatException unreadable) {
      return Optional.empty();
    }
  }
}
