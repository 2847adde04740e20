package io.sallyport.control.security;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.sallyport.api.plugin.Ticker;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Bounds what one caller may ask for: calls at once, and calls begun in a time. Beyond it a call is
 * refused with RESOURCE_EXHAUSTED; others are not concerned. Belongs behind {@link
 * CallerInterceptor}. Any thread.
 *
 * @since 0.1
 */
public final class PeerLimits implements ServerInterceptor {
  private static final int MOST_PEERS = 65_536;
  private static final double NANOS = 1e9;

  private final Limits limits;
  private final Ticker ticker;
  private final AuditLog audit;
  private final Counter refused;
  private final Map<Peer, Account> accounts = new LinkedHashMap<>(64, 0.75f, true);

  /**
   * The bounds of one caller.
   *
   * @param callsAtOnce calls, streams included
   * @param callsPerSecond begun calls, on average
   * @param burst calls that may begin at once after a rest
   */
  public record Limits(int callsAtOnce, double callsPerSecond, int burst) {}

  private record Peer(Class<? extends Caller> kind, String name) {}

  /** What one caller has used. */
  private static final class Account {
    private int atOnce;
    private double left;
    private long filled;
    private boolean told;

    private Account(double left, long filled) {
      this.left = left;
      this.filled = filled;
    }
  }

  /** Makes limits that nobody has used. */
  public PeerLimits(Limits limits, Ticker ticker, AuditLog audit, MetricRegistry metrics) {
    this.limits = limits;
    this.ticker = ticker;
    this.audit = audit;
    this.refused = metrics.counter("control_calls_over_limit_total");
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Caller caller = Caller.KEY.get();
    if (caller == null) {
      // A service that anybody may call: bounded by address.
      SocketAddress from = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
      caller =
          new Caller.Anyone(
              from instanceof InetSocketAddress socket
                  ? String.valueOf(socket.getAddress())
                  : String.valueOf(from));
    }
    Peer peer = new Peer(caller.getClass(), caller.name());
    Optional<String> complaint = begin(peer, caller, call.getMethodDescriptor());
    if (complaint.isPresent()) {
      refused.inc();
      call.close(Status.RESOURCE_EXHAUSTED.withDescription(complaint.get()), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    ServerCall.Listener<Q> listener;
    try {
      listener = next.startCall(call, headers);
    } catch (RuntimeException fault) {
      end(peer);
      throw fault;
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onCancel() {
        end(peer);
        super.onCancel();
      }

      @Override
      public void onComplete() {
        end(peer);
        super.onComplete();
      }
    };
  }

  private synchronized Optional<String> begin(
      Peer peer, Caller caller, MethodDescriptor<?, ?> method) {
    long now = ticker.nanos();
    Account account = accounts.computeIfAbsent(peer, none -> new Account(limits.burst(), now));
    account.left =
        Math.min(
            limits.burst(),
            account.left + (now - account.filled) / NANOS * limits.callsPerSecond());
    account.filled = now;
    forgetSomebodyIdle();
    String complaint =
        account.atOnce >= limits.callsAtOnce()
            ? "more than " + limits.callsAtOnce() + " calls at once"
            : account.left < 1 ? "more than " + limits.callsPerSecond() + " calls per second" : "";
    if (complaint.isEmpty()) {
      account.left--;
      account.atOnce++;
      account.told = false;
      return Optional.empty();
    }
    if (!account.told) {
      account.told = true;
      audit.record(caller, method.getFullMethodName(), "", "refused: " + complaint);
    }
    return Optional.of(complaint);
  }

  private synchronized void end(Peer peer) {
    Account account = accounts.get(peer);
    if (account != null) {
      account.atOnce--;
    }
  }

  /** The eldest that has no call; those that have one are bounded by connections. */
  private void forgetSomebodyIdle() {
    if (accounts.size() > MOST_PEERS) {
      accounts.entrySet().stream()
          .filter(entry -> entry.getValue().atOnce == 0)
          .map(Map.Entry::getKey)
          .findFirst()
          .ifPresent(accounts::remove);
    }
  }
}
