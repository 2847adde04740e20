package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.sallyport.control.security.ReloadingTls;
import io.sallyport.control.security.TlsException;
import io.sallyport.control.security.TlsParts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A client of etcd, with the files that its connections over TLS begin with.
 *
 * @param tls looks at the files; empty: without TLS
 */
record EtcdConnection(Client client, Optional<ReloadingTls> tls) implements AutoCloseable {
  private static final Duration ALIVE_EVERY = Duration.ofSeconds(10);
  private static final Duration ALIVE_WITHIN = Duration.ofSeconds(5);
  private static final int RETRY_FIRST_MILLIS = 50;
  private static final int RETRY_MOST_MILLIS = 1000;
  private static final int RETRIES = 1000;
  private static final int MESSAGE_BYTES = 256 << 20;
  private static final EtcdSettings.Tls SYSTEMS =
      new EtcdSettings.Tls(new TlsParts(Optional.empty(), Optional.empty()), Duration.ofHours(1));

  /**
   * Makes a client; connects when it is first used.
   *
   * @param looks looks at the files now and then
   * @throws StoreException when a file with a certificate or a key cannot be read
   */
  static EtcdConnection of(EtcdSettings settings, ScheduledExecutorService looks) {
    ClientBuilder builder =
        Client.builder()
            .endpoints(settings.endpoints())
            .loadBalancerPolicy("round_robin")
            .connectTimeout(settings.timeout())
            .keepaliveTime(ALIVE_EVERY)
            .keepaliveTimeout(ALIVE_WITHIN)
            .retryDelay(RETRY_FIRST_MILLIS)
            .retryMaxDelay(RETRY_MOST_MILLIS)
            .retryMaxAttempts(RETRIES)
            .retryMaxDuration(settings.timeout())
            .maxInboundMessageSize(MESSAGE_BYTES)
            .interceptor(new Deadline(settings.timeout()));
    settings
        .user()
        .ifPresent(user -> builder.user(bytes(user.name())).password(bytes(user.password())));
    Optional<ReloadingTls> tls =
        settings.encrypted() ? Optional.of(encrypted(settings, looks)) : Optional.empty();
    tls.ifPresent(files -> builder.sslContext(files.clientContext()));
    return new EtcdConnection(builder.build(), tls);
  }

  private static ReloadingTls encrypted(EtcdSettings settings, ScheduledExecutorService looks) {
    EtcdSettings.Tls tls = settings.tls().orElse(SYSTEMS);
    try {
      return ReloadingTls.client(tls.files(), tls.look(), looks);
    } catch (TlsException unusable) {
      throw new StoreException(settings.where() + ": " + unusable.getMessage(), unusable);
    }
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(ByteString.copyFromUtf8(text));
  }

  @Override
  public void close() {
    tls.ifPresent(ReloadingTls::close);
    client.close();
  }

  /** Gives each request an end; streams have none. */
  private record Deadline(Duration timeout) implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return next.newCall(
          method,
          method.getType() == MethodDescriptor.MethodType.UNARY
              ? options.withDeadlineAfter(timeout)
              : options);
    }
  }
}
