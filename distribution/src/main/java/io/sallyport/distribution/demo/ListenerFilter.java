package io.sallyport.distribution.demo;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Makes a listening socket of this process deaf: the kernel drops every packet for it, so that a
 * connect is neither accepted nor refused, as if its machine were gone. Connections that it has
 * accepted already go on. Needs no privilege: it is a socket filter (Linux, {@code
 * SO_ATTACH_FILTER}) that keeps nothing.
 */
final class ListenerFilter {
  private static final int SOL_SOCKET = 1;
  private static final int SO_ATTACH_FILTER = 26;
  private static final int SO_DETACH_FILTER = 27;
  // BPF_RET | BPF_K: return a constant number of bytes to keep, which is 0.
  private static final short RETURN = 0x06;
  private static final String LISTENING = "0A";

  private static final StructLayout INSTRUCTION =
      MemoryLayout.structLayout(
          ValueLayout.JAVA_SHORT.withName("code"),
          ValueLayout.JAVA_BYTE.withName("jt"),
          ValueLayout.JAVA_BYTE.withName("jf"),
          ValueLayout.JAVA_INT.withName("k"));
  private static final StructLayout PROGRAM =
      MemoryLayout.structLayout(
          ValueLayout.JAVA_SHORT.withName("length"),
          MemoryLayout.paddingLayout(ValueLayout.ADDRESS.byteSize() - Short.BYTES),
          ValueLayout.ADDRESS.withName("instructions"));

  private final MethodHandle setsockopt;

  ListenerFilter() {
    setsockopt = setsockopt();
  }

  /**
   * Makes the listener deaf.
   *
   * @throws IOException when this system cannot do it
   */
  void deafen(InetSocketAddress listener) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment dropAll = arena.allocate(INSTRUCTION);
      dropAll.set(ValueLayout.JAVA_SHORT, 0, RETURN);
      MemorySegment program = arena.allocate(PROGRAM);
      program.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
      program.set(ValueLayout.ADDRESS, ValueLayout.ADDRESS.byteSize(), dropAll);
      set(listener, SO_ATTACH_FILTER, program);
    }
  }

  /**
   * Lets the listener hear again.
   *
   * @throws IOException when this system cannot do it
   */
  void hear(InetSocketAddress listener) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      set(listener, SO_DETACH_FILTER, arena.allocate(ValueLayout.JAVA_INT));
    }
  }

  private void set(InetSocketAddress listener, int option, MemorySegment value) throws IOException {
    int descriptor =
        descriptor(listener)
            .orElseThrow(() -> new IOException("the socket of " + listener + " is not to be seen"));
    int result;
    try {
      result =
          (int)
              setsockopt.invokeExact(descriptor, SOL_SOCKET, option, value, (int) value.byteSize());
    } catch (Throwable impossible) {
      throw new IllegalStateException("setsockopt", impossible);
    }
    if (result != 0) {
      throw new IOException("this system takes no filter on the socket of " + listener);
    }
  }

  /** The kernel's table of sockets gives the inode, and this process's descriptors the number. */
  private static OptionalInt descriptor(InetSocketAddress listener) throws IOException {
    byte[] address = listener.getAddress().getAddress();
    String local =
        String.format(
            Locale.ROOT,
            "%02X%02X%02X%02X:%04X",
            address[3],
            address[2],
            address[1],
            address[0],
            listener.getPort());
    // The JDK opens IPv6 sockets for IPv4 addresses where it can.
    for (String table : List.of("tcp", "tcp6")) {
      Path file = Path.of("/proc/self/net", table);
      if (!Files.isReadable(file)) {
        continue;
      }
      for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
        String[] fields = line.strip().split("\\s+", -1);
        if (fields.length > 9 && fields[1].endsWith(local) && fields[3].equals(LISTENING)) {
          return withInode(fields[9]);
        }
      }
    }
    return OptionalInt.empty();
  }

  private static OptionalInt withInode(String inode) throws IOException {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : open) {
        if (leadsTo(descriptor, "socket:[" + inode + "]")) {
          return OptionalInt.of(Integer.parseInt(descriptor.getFileName().toString()));
        }
      }
    }
    return OptionalInt.empty();
  }

  private static boolean leadsTo(Path descriptor, String target) {
    try {
      return Files.readSymbolicLink(descriptor).toString().equals(target);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  @SuppressWarnings("restricted") // The launcher allows this module native access.
  private static MethodHandle setsockopt() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("setsockopt"),
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT));
  }
}
