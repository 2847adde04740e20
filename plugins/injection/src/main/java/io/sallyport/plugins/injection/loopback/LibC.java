package io.sallyport.plugins.injection.loopback;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The few system calls that netlink needs, through the C library of a 64-bit Linux.
 *
 * <p>Like the kernel itself, each call returns what it yields, or the error number with a minus
 * sign; an interrupted call is made again. Any thread; calls with an infinite timeout block until
 * what they wait for comes.
 */
final class LibC {
  static final int AF_NETLINK = 16;
  static final int SOCK_RAW = 3;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int NETLINK_ROUTE = 0;
  static final int SOL_NETLINK = 270;
  static final int NETLINK_CAP_ACK = 10;
  static final int NETLINK_EXT_ACK = 11;
  static final int MSG_TRUNC = 0x20;
  static final int MSG_DONTWAIT = 0x40;
  static final short POLLIN = 1;

  private static final int EFD_CLOEXEC = 0x80000;

  /** struct pollfd: s32 descriptor, s16 events, s16 returned events. */
  private static final int POLLFD = 8;

  /** struct sockaddr_nl: u16 family, u16 padding, u32 port, u32 groups. */
  private static final int SOCKADDR_NL = 12;

  private final MemoryLayout stateLayout;
  private final VarHandle errno;
  private final MethodHandle socket;
  private final MethodHandle bind;
  private final MethodHandle setsockopt;
  private final MethodHandle send;
  private final MethodHandle recv;
  private final MethodHandle poll;
  private final MethodHandle eventfd;
  private final MethodHandle read;
  private final MethodHandle write;
  private final MethodHandle close;

  /** Whether native calls can be made here. */
  sealed interface Access {
    /** They can. */
    record Possible(LibC libc) implements Access {}

    /**
     * They cannot.
     *
     * @param reason why, in words that follow "because"
     */
    record Impossible(String reason) implements Access {}
  }

  /** Finds the calls, or says why they cannot be made. Never throws. */
  static Access load() {
    String system = System.getProperty("os.name", "");
    if (!system.equals("Linux")) {
      return new Access.Impossible("this system is " + system + ", not Linux");
    }
    if (ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
      return new Access.Impossible("this is not a 64-bit system");
    }
    try {
      return new Access.Possible(new LibC(Linker.nativeLinker()));
    } catch (UnsupportedOperationException | IllegalCallerException e) {
      return new Access.Impossible("this Java runtime makes no native calls: " + e.getMessage());
    }
  }

  private LibC(Linker linker) {
    stateLayout = Linker.Option.captureStateLayout();
    errno = stateLayout.varHandle(PathElement.groupElement("errno"));
    ValueLayout i = ValueLayout.JAVA_INT;
    ValueLayout l = ValueLayout.JAVA_LONG;
    AddressLayout p = ValueLayout.ADDRESS;
    socket = call(linker, "socket", i, i, i, i);
    bind = call(linker, "bind", i, i, p, i);
    setsockopt = call(linker, "setsockopt", i, i, i, i, p, i);
    send = call(linker, "send", l, i, p, l, i);
    recv = call(linker, "recv", l, i, p, l, i);
    poll = call(linker, "poll", i, p, l, i);
    eventfd = call(linker, "eventfd", i, i, i);
    read = call(linker, "read", l, i, p, l);
    write = call(linker, "write", l, i, p, l);
    close = call(linker, "close", i, i);
  }

  @SuppressWarnings("restricted") // Native calls are what this class is for.
  private static MethodHandle call(
      Linker linker, String name, MemoryLayout result, MemoryLayout... arguments) {
    SymbolLookup library = linker.defaultLookup();
    MemorySegment function =
        library
            .find(name)
            .orElseThrow(
                () -> new UnsupportedOperationException("the C library has no " + name + "()"));
    return linker.downcallHandle(
        function,
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  /** socket(2). */
  int socket(int domain, int type, int protocol) {
    return (int) again(state -> (int) socket.invokeExact(state, domain, type, protocol));
  }

  /** bind(2) of a netlink socket; the kernel chooses the port. */
  int bindNetlink(int descriptor, int groups) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(SOCKADDR_NL, Integer.BYTES);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_NETLINK);
      address.set(ValueLayout.JAVA_INT, 8, groups);
      return (int) again(state -> (int) bind.invokeExact(state, descriptor, address, SOCKADDR_NL));
    }
  }

  /** setsockopt(2) with a number. */
  int setOption(int descriptor, int level, int option, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocateFrom(ValueLayout.JAVA_INT, value);
      return (int)
          again(state ->
              (int)
                  setsockopt.invokeExact(state, descriptor, level, option, number, Integer.BYTES));
    }
  }

  /** send(2). */
  long send(int descriptor, MemorySegment bytes) {
    return again(state -> (long) send.invokeExact(state, descriptor, bytes, bytes.byteSize(), 0));
  }

  /** recv(2). */
  long receive(int descriptor, MemorySegment buffer, int flags) {
    return again(
        state -> (long) recv.invokeExact(state, descriptor, buffer, buffer.byteSize(), flags));
  }

  /**
   * poll(2) for something to read.
   *
   * @param timeoutMillis how long to wait; negative without end
   * @return a set of bits, the lowest one for the first descriptor; 0 when the time is over
   */
  long pollReadable(int timeoutMillis, int... descriptors) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment polled = arena.allocate((long) POLLFD * descriptors.length, Integer.BYTES);
      for (int i = 0; i < descriptors.length; i++) {
        polled.set(ValueLayout.JAVA_INT, (long) i * POLLFD, descriptors[i]);
        polled.set(ValueLayout.JAVA_SHORT, (long) i * POLLFD + 4, POLLIN);
      }
      long count = descriptors.length;
      long found = again(state -> (int) poll.invokeExact(state, polled, count, timeoutMillis));
      if (found <= 0) {
        return found;
      }
      long ready = 0;
      for (int i = 0; i < descriptors.length; i++) {
        // Errors count as readable, so that the next read tells them.
        ready |= polled.get(ValueLayout.JAVA_SHORT, (long) i * POLLFD + 6) != 0 ? 1L << i : 0;
      }
      return ready;
    }
  }

  /** eventfd(2): a descriptor by which one thread wakes another out of poll. */
  int eventDescriptor() {
    return (int) again(state -> (int) eventfd.invokeExact(state, 0, EFD_CLOEXEC));
  }

  /** write(2) of a one to an eventfd. */
  long signal(int eventDescriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);
      long size = Long.BYTES;
      return again(state -> (long) write.invokeExact(state, eventDescriptor, one, size));
    }
  }

  /** read(2) of an eventfd, which sets it back; blocks until it was signalled. */
  long reset(int eventDescriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(ValueLayout.JAVA_LONG);
      long size = Long.BYTES;
      return again(state -> (long) read.invokeExact(state, eventDescriptor, count, size));
    }
  }

  /** close(2), which must not be made again when interrupted: the descriptor is gone already. */
  void close(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      int ignored = (int) close.invokeExact(arena.allocate(stateLayout), descriptor);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private long again(Call call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(stateLayout);
      while (true) {
        long result = call.make(state);
        if (result >= 0) {
          return result;
        }
        int error = (int) errno.get(state, 0L);
        if (error != Errno.EINTR) {
          return -error;
        }
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** A downcall declares Throwable and throws nothing but what a wrong argument deserves. */
  private static RuntimeException unexpected(Throwable thrown) {
    if (thrown instanceof RuntimeException e) {
      return e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
    return new IllegalStateException(thrown);
  }

  @FunctionalInterface
  private interface Call {
    long make(MemorySegment state) throws Throwable;
  }
}
