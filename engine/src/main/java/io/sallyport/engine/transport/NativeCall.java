package io.sallyport.engine.transport;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** Finds calls of the C library. Any thread. */
final class NativeCall {
  private NativeCall() {}

  /**
   * Finds one.
   *
   * @throws UnsupportedOperationException when there is none
   * @throws IllegalCallerException when this program may not make native calls
   */
  @SuppressWarnings("restricted") // What a native call is.
  static MethodHandle find(String name, FunctionDescriptor type, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker
            .defaultLookup()
            .find(name)
            .orElseThrow(
                () -> new UnsupportedOperationException("the C library has no " + name + "()")),
        type,
        options);
  }
}
