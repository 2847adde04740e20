package io.sallyport.control.operate;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.sallyport.control.security.Audit;
import io.sallyport.control.security.Caller;
import io.sallyport.control.security.Role;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Lets a call in when its caller may make it, and has everything else in the audit log. */
final class Gate {
  private final Audit audit;

  Gate(Audit audit) {
    this.audit = audit;
  }

  /**
   * The caller of the call that is being handled by this thread.
   *
   * @throws StatusRuntimeException when it may not do this
   */
  Caller admit(Role needed, String action, String subject) {
    return admit(Caller.KEY.get(), needed, action, subject);
  }

  /** The same, of a caller that was taken down earlier. */
  Caller admit(@Nullable Caller caller, Role needed, String action, String subject) {
    if (caller == null) {
      throw Status.UNAUTHENTICATED.withDescription("nobody knows who calls").asRuntimeException();
    }
    if (!may(caller, needed)) {
      String refusal =
          who(caller) + " may not do " + action + ": it needs the role " + name(needed);
      audit.record(caller, action, subject, "refused: needs the role " + name(needed));
      throw Status.PERMISSION_DENIED.withDescription(refusal).asRuntimeException();
    }
    return caller;
  }

  /** The same, for what replicas ask of one another, too. */
  Caller admitReplicaOr(Role needed, String action) {
    Caller caller = Caller.KEY.get();
    return caller instanceof Caller.Replica ? caller : admit(needed, action, "");
  }

  /** Records what was done. */
  void done(Caller caller, String action, String subject, String outcome) {
    audit.record(caller, action, subject, outcome);
  }

  /** What a caller may do; the name of the role, for people. */
  static String role(Caller caller) {
    return switch (caller) {
      case Caller.Operator(String name, Role role) -> name(role);
      case Caller.Anyone anyone -> name(Role.ADMIN);
      case Caller.Node node -> "node";
      case Caller.Replica replica -> "replica";
    };
  }

  /** What a status says, or a fault's message. */
  static StatusRuntimeException failure(@Nullable Throwable fault) {
    Throwable cause = fault;
    while (cause instanceof java.util.concurrent.CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof StatusRuntimeException told) {
      return told;
    }
    Status status =
        cause instanceof io.sallyport.control.store.StoreException
            ? Status.UNAVAILABLE
            : Status.INTERNAL;
    String message = cause == null ? "no reason is known" : String.valueOf(cause.getMessage());
    return status.withDescription(message).withCause(cause).asRuntimeException();
  }

  private static boolean may(Caller caller, Role needed) {
    return switch (caller) {
      case Caller.Operator(String name, Role role) -> role.includes(needed);
      case Caller.Anyone anyone -> true;
      case Caller.Node node -> false;
      case Caller.Replica replica -> false;
    };
  }

  private static String who(Caller caller) {
    String article = role(caller).startsWith("e") || role(caller).startsWith("a") ? "an " : "a ";
    return "\"" + caller.name() + "\", " + article + role(caller) + ",";
  }

  private static String name(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
