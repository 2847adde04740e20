package io.sallyport.engine.session;

import io.netty.buffer.ByteBuf;
import io.sallyport.api.catalog.TcpOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A session's connections, and the way between them: what one side sends goes to the other, which
 * sets the pace, and a side's end is passed on once all that it sent has been.
 *
 * <p>Owned by the session's event loop.
 */
interface Circuit {
  /** Begins to hear of the client; reads nothing of it yet. */
  void start();

  /**
   * Tries to connect to an endpoint.
   *
   * @param from an address of the node; null leaves it to the kernel
   * @param timeout after which the attempt has failed
   */
  Dial dial(
      InetSocketAddress endpoint, @Nullable InetAddress from, Duration timeout, Answer answer);

  /**
   * Looks out, from now on until it is joined, for a client that has gone: one that was reset, or
   * that has ended without a word, or with no more than the beginning of TLS. What else it says is
   * kept for the endpoint.
   */
  void lookOut();

  /**
   * Reads of the client, once, before there is an endpoint, until the opening has enough. What it
   * leaves goes to the endpoint first.
   */
  void hear(Opening opening);

  /** Makes an attempt that was answered the endpoint's side, which is closed with the client's. */
  void reach(Dial answered);

  /** Has the endpoint get this before the client's first byte; said before they are joined. */
  void prepend(ByteBuf head);

  /**
   * Joins the client and the endpoint that was reached, and begins to move.
   *
   * @throws OutOfMemoryError when there is no memory for what the client has said by now
   */
  void join();

  /** Bytes read from the client so far. */
  long received();

  /** Bytes read from the endpoint so far. */
  long returned();

  /** Whether the client has sent its FIN. */
  boolean clientEnded();

  /** Whether the endpoint has sent its FIN. */
  boolean endpointEnded();

  /** Why the endpoint's connection broke, as the kernel has it; null while it has not. */
  @Nullable Throwable endpointFault();

  /** How many bytes wait here until one of the sides can take them. */
  long waiting();

  /** Has the kernel watch over the endpoint's side. */
  void watchOver(TcpOptions options);

  /**
   * Closes both sides.
   *
   * @param ending how: a cut is passed on as a reset, but to a side that was told the end before
   */
  void close(Ending ending);

  /** How a session's connections are closed. */
  enum Ending {
    /** Everything was passed on. */
    ORDERLY,
    /** Something was cut. */
    CUT
  }

  /** One attempt to connect. */
  interface Dial {
    /** Gives it up; the answer is not told any more. */
    void abandon();
  }

  /** Is told what became of an attempt, once, on the event loop, perhaps within the call. */
  @FunctionalInterface
  interface Answer {
    /** The fault is null when the endpoint has answered. */
    void answered(Dial attempt, @Nullable Throwable fault);
  }

  /** Hears how a client begins. */
  interface Opening {
    /** The most bytes that are read for it. */
    int MOST = 48 << 10;

    /**
     * Looks at all that has come; true when it is enough. What it takes for itself is skipped. Not
     * asked again once it has closed the circuit.
     *
     * @param ended whether nothing more comes
     */
    boolean heard(ByteBuf bytes, boolean ended);

    /** It had enough; the circuit may be used from now on. */
    void done();
  }

  /** What a circuit tells its session. */
  interface Events {
    /** Both directions have ended. */
    void completed();

    /** One side's FIN has come, or was passed on. */
    void halfClosed();

    /** The client's connection was reset, or went away without a FIN. */
    void clientBroke();

    /** The endpoint's connection was reset, or went away without a FIN. */
    void endpointBroke();

    /** A fault that is nobody's connection's. */
    void failed(Throwable cause);
  }
}
