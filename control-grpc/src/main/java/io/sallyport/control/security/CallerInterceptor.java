package io.sallyport.control.security;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.sallyport.api.plugin.Ticker;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls, from the certificate or else the bearer token ({@code authorization: Bearer
 * …}), and tells the services by {@link Caller#KEY}. Whoever is nobody is refused with
 * UNAUTHENTICATED, and is in the audit log. Any thread.
 *
 * @since 0.1
 */
public final class CallerInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String BEARER = "Bearer ";
  private static final long SECOND = 1_000_000_000;

  private final Proof proof;
  private final AuditLog audit;
  private final Set<String> open;
  private final Ticker ticker;
  private boolean everTold;
  private long told;
  private long untold;

  /**
   * Makes an interceptor.
   *
   * @param open services that anybody may call, by their full names, such as that of health
   */
  public CallerInterceptor(Proof proof, AuditLog audit, Set<String> open, Ticker ticker) {
    this.ticker = ticker;
    this.proof = proof;
    this.audit = audit;
    this.open = Set.copyOf(open);
  }

  /** What counts as a proof. */
  public sealed interface Proof {
    /** Certificates and tokens, over TLS. */
    record Credentials(Identities identities, Tokens tokens) implements Proof {}

    /** None is asked for; only for a server that listens on the loopback alone. */
    record NotAsked() implements Proof {}
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    SocketAddress from = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return switch (proof) {
      case Proof.NotAsked() -> as(new Caller.Anyone(String.valueOf(from)), call, headers, next);
      case Proof.Credentials credentials -> {
        if (open.contains(String.valueOf(call.getMethodDescriptor().getServiceName()))) {
          yield next.startCall(call, headers);
        }
        yield switch (identity(credentials, call, headers)) {
          case Identities.Identity.Known(Caller caller) -> as(caller, call, headers, next);
          case Identities.Identity.Unknown(String reason) -> {
            refused(from, call.getMethodDescriptor(), reason);
            call.close(Status.UNAUTHENTICATED.withDescription(reason), new Metadata());
            yield new ServerCall.Listener<>() {};
          }
        };
      }
    };
  }

  /** Tells of one a second, and of how many were not told, so that nobody can fill the log. */
  private void refused(@Nullable SocketAddress from, MethodDescriptor<?, ?> method, String reason) {
    String more;
    synchronized (this) {
      long now = ticker.nanos();
      if (everTold && now - told < SECOND) {
        untold++;
        return;
      }
      everTold = true;
      told = now;
      more = untold == 0 ? "" : " (and " + untold + " calls more since the last such line)";
      untold = 0;
    }
    audit.record(
        new Caller.Anyone(String.valueOf(from)),
        method.getFullMethodName(),
        "",
        "refused: " + reason + more);
  }

  private static <Q, A> ServerCall.Listener<Q> as(
      Caller caller, ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return Contexts.interceptCall(
        Context.current().withValue(Caller.KEY, caller), call, headers, next);
  }

  private static Identities.Identity identity(
      Proof.Credentials credentials, ServerCall<?, ?> call, Metadata headers) {
    Optional<X509Certificate> certificate =
        certificate(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    if (certificate.isPresent()) {
      return credentials.identities().of(certificate.get());
    }
    String authorization = headers.get(AUTHORIZATION);
    if (authorization == null
        || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return new Identities.Identity.Unknown("neither a certificate nor a bearer token was shown");
    }
    return credentials
        .tokens()
        .operator(authorization.substring(BEARER.length()).strip())
        .<Identities.Identity>map(Identities.Identity.Known::new)
        .orElseGet(() -> new Identities.Identity.Unknown("the bearer token is not known"));
  }

  private static Optional<X509Certificate> certificate(@Nullable SSLSession session) {
    if (session == null) {
      return Optional.empty();
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate first
          ? Optional.of(first)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException none) {
      return Optional.empty();
    }
  }
}
