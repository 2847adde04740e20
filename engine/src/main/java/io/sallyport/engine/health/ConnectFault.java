package io.sallyport.engine.health;

import io.netty.channel.ConnectTimeoutException;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.ProbeOutcome;
import io.sallyport.engine.transport.SourceAddressException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Tells from a failed connection attempt's exception who is at fault. The kinds of exception differ
 * between epoll and NIO, and most of them carry the system's words only; so the words are looked
 * for first, and the kind of exception decides where a system speaks another language.
 */
public final class ConnectFault {
  private static final List<String> TIMED_OUT = List.of("Connection timed out");

  /** The endpoint, or the network on the way there. */
  private static final List<String> REFUSED =
      List.of(
          "Connection refused",
          "Connection reset by peer",
          "No route to host",
          "Network is unreachable",
          "Host is down",
          "Network is down",
          "Host is unreachable");

  /** This node. */
  private static final List<String> UNABLE =
      List.of(
          "Too many open files in system",
          "Too many open files",
          "Cannot assign requested address",
          "Address already in use",
          "No buffer space available",
          "Cannot allocate memory",
          "Address family not supported by protocol",
          "Operation not permitted",
          "Permission denied");

  /** What the kernel says in place of a time-out where a router has told it why. */
  private static final List<String> NO_WAY = List.of("No route to host", "Host is unreachable");

  private ConnectFault() {}

  /** The same, as a probe's result. */
  static CheckResult found(Throwable fault, Duration taken) {
    return switch (outcome(fault, taken)) {
      case ProbeOutcome.Connected(var ignored) ->
          throw new IllegalStateException("a fault is no connection");
      case ProbeOutcome.Refused(var ignored, String info) ->
          CheckResult.of(CheckStatus.LAYER4_CONNECTION_PROBLEM, info);
      case ProbeOutcome.TimedOut(var ignored) -> CheckResult.of(CheckStatus.LAYER4_TIMEOUT, "");
      case ProbeOutcome.Unable(var ignored, String info) ->
          CheckResult.of(CheckStatus.SOCKET_ERROR, info);
    };
  }

  /** What a failed attempt came to: its endpoint, the way there, or this node. */
  public static ProbeOutcome outcome(Throwable fault, Duration taken) {
    if (fault instanceof SourceAddressException source) {
      return new ProbeOutcome.Unable(taken, text(source));
    }
    if (fault instanceof ConnectTimeoutException || words(fault, TIMED_OUT) != null) {
      return new ProbeOutcome.TimedOut(taken);
    }
    String refused = words(fault, REFUSED);
    if (refused != null) {
      return new ProbeOutcome.Refused(taken, refused);
    }
    String unable = words(fault, UNABLE);
    if (unable != null) {
      return new ProbeOutcome.Unable(taken, unable);
    }
    return switch (fault) {
      case BindException bind -> new ProbeOutcome.Unable(taken, text(bind));
      case ConnectException connect -> new ProbeOutcome.Refused(taken, text(connect));
      case NoRouteToHostException route -> new ProbeOutcome.Refused(taken, text(route));
      case RejectedExecutionException ignored ->
          new ProbeOutcome.Unable(taken, "the health loop is shutting down");
      case Throwable other -> new ProbeOutcome.Unable(taken, text(other));
    };
  }

  /** Whether the kernel has given a connection up because nobody answers any more. */
  public static boolean unanswered(Throwable fault) {
    return words(fault, TIMED_OUT) != null || words(fault, NO_WAY) != null;
  }

  /** The first of the words that the fault or one of its causes says. */
  private static @Nullable String words(Throwable fault, List<String> words) {
    int depth = 0;
    for (Throwable cause = fault; cause != null && depth < 10; cause = cause.getCause()) {
      String message = cause.getMessage();
      if (message != null) {
        for (String word : words) {
          if (message.contains(word)) {
            return word;
          }
        }
      }
      depth++;
    }
    return null;
  }

  private static String text(Throwable fault) {
    String message = fault.getMessage();
    return message == null ? fault.getClass().getSimpleName() : message;
  }
}
