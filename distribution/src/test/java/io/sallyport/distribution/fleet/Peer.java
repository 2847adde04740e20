package io.sallyport.distribution.fleet;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.sallyport.control.security.TlsFiles;
import io.sallyport.control.v1.ControlGrpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody who speaks the agents' protocol without keeping to it: bytes instead of messages. */
final class Peer implements AutoCloseable {
  private static final int PATIENCE_S = 60;
  private static final MethodDescriptor<byte[], byte[]> ATTACH =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
          .setFullMethodName(ControlGrpc.getAttachMethod().getFullMethodName())
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  private final ManagedChannel channel;
  private final List<Stream> streams = new ArrayList<>();

  private Peer(ManagedChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes one; it connects with its first stream.
   *
   * @param tls its certificate, if it shows one
   * @param authorities what it checks the control plane with
   */
  static Peer of(String address, Optional<TlsFiles> tls, Path authorities) throws IOException {
    int colon = address.lastIndexOf(':');
    SslContextBuilder context = GrpcSslContexts.forClient().trustManager(authorities.toFile());
    tls.ifPresent(files -> context.keyManager(files.certificate().toFile(), files.key().toFile()));
    return new Peer(
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(
                    InetAddress.ofLiteral(address.substring(0, colon)),
                    Integer.parseInt(address.substring(colon + 1))))
            .overrideAuthority(address.substring(0, colon))
            .sslContext(context.build())
            .disableRetry()
            .build());
  }

  /** Opens a stream. */
  Stream attach() {
    Stream stream = new Stream(channel.newCall(ATTACH, CallOptions.DEFAULT));
    streams.add(stream);
    return stream;
  }

  ManagedChannel channel() {
    return channel;
  }

  @Override
  public void close() {
    streams.forEach(Stream::cancel);
    channel.shutdownNow();
  }

  /** One stream. It reads only what it is told to. */
  static final class Stream {
    private final ClientCall<byte[], byte[]> call;
    private final AtomicInteger heard = new AtomicInteger();
    private final CompletableFuture<Status> end = new CompletableFuture<>();

    private Stream(ClientCall<byte[], byte[]> call) {
      this.call = call;
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
              heard.incrementAndGet();
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              end.complete(status);
            }
          },
          new Metadata());
    }

    Stream say(byte[] message) {
      call.sendMessage(message);
      return this;
    }

    /** Reads so many messages. */
    Stream read(int messages) {
      call.request(messages);
      return this;
    }

    int heard() {
      return heard.get();
    }

    boolean ended() {
      return end.isDone();
    }

    /** How the control plane has ended it; waits for that. */
    Status end() {
      try {
        return end.get(PATIENCE_S, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException none) {
        throw new AssertionError("the stream has not ended", none);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(interrupted);
      }
    }

    void cancel() {
      call.cancel("the test is over", null);
    }
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException fault) {
        throw new UncheckedIOException(fault);
      }
    }
  }
}
