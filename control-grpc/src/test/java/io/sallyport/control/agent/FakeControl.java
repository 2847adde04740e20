package io.sallyport.control.agent;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.sallyport.control.v1.Ack;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.ControlGrpc;
import io.sallyport.control.v1.ControlMessage;
import io.sallyport.control.v1.Delta;
import io.sallyport.control.v1.Report;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A control plane that says what a test lets it say, behind a real socket. */
final class FakeControl implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final BlockingQueue<Stream> streams = new LinkedBlockingQueue<>();
  private final Server server;

  FakeControl() throws IOException {
    this(0);
  }

  FakeControl(int port) throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .addService(
                new ControlGrpc.ControlImplBase() {
                  @Override
                  public StreamObserver<AgentMessage> attach(StreamObserver<ControlMessage> out) {
                    Stream stream = new Stream(out);
                    streams.add(stream);
                    return stream;
                  }
                })
            .intercept(new AtOnce())
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  /** The next agent that attaches, or attaches again. */
  Stream stream() throws InterruptedException {
    return present(streams.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "nobody attached");
  }

  /** Returns once its port is free again. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      if (!server.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the control plane has not ended");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T present(@Nullable T value, String otherwise) {
    if (value == null) {
      throw new AssertionError(otherwise);
    }
    return value;
  }

  /** Answers before it has anything to say, as a control plane does. */
  private static final class AtOnce implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      call.sendHeaders(new Metadata());
      return next.startCall(
          new SimpleForwardingServerCall<Q, A>(call) {
            @Override
            public void sendHeaders(Metadata late) {}
          },
          headers);
    }
  }

  /** One agent's stream. */
  static final class Stream implements StreamObserver<AgentMessage> {
    private final StreamObserver<ControlMessage> out;
    private final BlockingQueue<AgentMessage> heard = new LinkedBlockingQueue<>();

    Stream(StreamObserver<ControlMessage> out) {
      this.out = out;
    }

    /** What the agent says next. */
    AgentMessage next() throws InterruptedException {
      return present(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "the agent said nothing");
    }

    /** The next acknowledgement; reports in between are passed over. */
    Ack ack() throws InterruptedException {
      while (true) {
        AgentMessage message = next();
        if (message.hasAck()) {
          return message.getAck();
        }
      }
    }

    /** The next report; acknowledgements in between are passed over. */
    Report report() throws InterruptedException {
      while (true) {
        AgentMessage message = next();
        if (message.hasReport()) {
          return message.getReport();
        }
      }
    }

    void say(Delta delta) {
      say(ControlMessage.newBuilder().setDelta(delta).build());
    }

    void say(Deltas delta) {
      say(delta.build());
    }

    void say(ControlMessage message) {
      out.onNext(message);
    }

    void end() {
      out.onCompleted();
    }

    @Override
    public void onNext(AgentMessage message) {
      heard.add(message);
    }

    @Override
    public void onError(Throwable gone) {}

    @Override
    public void onCompleted() {}
  }
}
