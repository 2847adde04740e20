package io.sallyport.control.server;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.ControlMessage;
import io.sallyport.control.v1.Leave;
import io.sallyport.control.v1.ReportRequest;
import java.util.function.Consumer;

/** What is said to one agent, and how fast it is listened to. Only the loop touches it. */
final class AgentCall {
  private final ServerCall<AgentMessage, ByteString> call;
  private final Dispatch dispatch;
  private final Pace pace;
  private final Consumer<Runnable> attempts;
  private boolean over;

  /**
   * Has said nothing yet.
   *
   * @param attempts runs what is done later, and ends the stream if that fails
   */
  AgentCall(
      ServerCall<AgentMessage, ByteString> call, Dispatch dispatch, Consumer<Runnable> attempts) {
    this.call = call;
    this.dispatch = dispatch;
    this.attempts = attempts;
    this.pace = new Pace(dispatch.settings().messagesPerSecond(), dispatch.now());
  }

  /** Whether the agent reads what it is sent. */
  boolean ready() {
    return call.isReady();
  }

  /** Sends a Delta, serialized already. */
  void delta(ByteString message) {
    call.sendMessage(message);
    dispatch.metrics().deltas.inc();
    dispatch.metrics().deltaBytes.inc(message.size());
  }

  void leave(Leave leave) {
    send(ControlMessage.newBuilder().setLeave(leave));
  }

  void askReport() {
    send(ControlMessage.newBuilder().setReportRequest(ReportRequest.getDefaultInstance()));
  }

  private void send(ControlMessage.Builder message) {
    call.sendMessage(message.build().toByteString());
  }

  /** Reads the agent's next message, now or when it is due. */
  void readOn() {
    if (over) {
      return;
    }
    long wait = pace.turn(dispatch.now());
    if (wait == 0) {
      call.request(1);
    } else {
      dispatch.metrics().slowed.inc();
      dispatch.later(
          wait,
          () ->
              attempts.accept(() -> {
                if (!over) {
                  call.request(1);
                }
              }));
    }
  }

  void close(Status status, Metadata trailers) {
    call.close(status, trailers);
  }

  /** It is closed, or gone: nothing is read any more. */
  void over() {
    over = true;
  }
}
