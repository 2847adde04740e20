package io.sallyport.engine.transport;

import io.netty.channel.unix.FileDescriptor;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Takes {@code O_NONBLOCK} from a socket, by fcntl(2). With io_uring nothing blocks for that: the
 * kernel waits by itself until a socket can take a write, where it would else have to be asked for
 * a poll.
 *
 * <p>Any thread.
 */
final class BlockingMode {
  // Linux's numbers, from <asm-generic/fcntl.h>.
  private static final int F_SETFL = 4;
  private static final int O_RDWR = 2;

  private final MethodHandle fcntl;

  /**
   * Finds the call.
   *
   * @throws UnsupportedOperationException when there is none
   * @throws IllegalCallerException when this program may not make native calls
   */
  BlockingMode() {
    fcntl =
        NativeCall.find(
            "fcntl",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
  }

  /** Sets it for a socket that is open. */
  void set(FileDescriptor socket) {
    int result;
    try {
      result = (int) fcntl.invokeExact(socket.intValue(), F_SETFL, O_RDWR);
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
    if (result < 0) {
      throw new IllegalStateException("fcntl() refuses to change " + socket);
    }
  }
}
