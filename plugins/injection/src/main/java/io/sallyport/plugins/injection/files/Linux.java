package io.sallyport.plugins.injection.files;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The two things this package wants of the kernel that the JDK does not offer. Where the JVM, the
 * kernel or the file system refuses them, the caller does without.
 */
public final class Linux {
  private static final int AT_FDCWD = -100;
  private static final int RENAME_EXCHANGE = 2;
  private static final int LONGEST_LABEL = 4096;
  private static final String LABEL = "security.selinux";

  private final Optional<MethodHandle> renameat2 =
      handle(
          "renameat2",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT));
  private final Optional<MethodHandle> getxattr =
      handle(
          "getxattr",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG));

  /**
   * Lets two files of one file system change names, without a moment in between.
   *
   * @return false when nothing was done
   */
  public boolean exchange(Path one, Path other) {
    if (renameat2.isEmpty()) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      int result =
          (int)
              renameat2
                  .get()
                  .invokeExact(
                      AT_FDCWD,
                      arena.allocateFrom(one.toString()),
                      AT_FDCWD,
                      arena.allocateFrom(other.toString()),
                      RENAME_EXCHANGE);
      return result == 0;
    } catch (Throwable unexpected) {
      throw new IllegalStateException("renameat2 could not be called", unexpected);
    }
  }

  /** The SELinux label of a file; empty when it has none or it cannot be read. */
  public String label(Path path) {
    if (getxattr.isEmpty()) {
      return "";
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment label = arena.allocate(LONGEST_LABEL);
      long length =
          (long)
              getxattr
                  .get()
                  .invokeExact(
                      arena.allocateFrom(path.toString()),
                      arena.allocateFrom(LABEL),
                      label,
                      label.byteSize() - 1);
      return length <= 0 ? "" : label.getString(0);
    } catch (Throwable unexpected) {
      throw new IllegalStateException("getxattr could not be called", unexpected);
    }
  }

  @SuppressWarnings("restricted")
  private static Optional<MethodHandle> handle(String name, FunctionDescriptor descriptor) {
    try {
      Linker linker = Linker.nativeLinker();
      return linker
          .defaultLookup()
          .find(name)
          .map(address -> linker.downcallHandle(address, descriptor));
    } catch (IllegalCallerException | UnsupportedOperationException refused) {
      return Optional.empty();
    }
  }
}
