package io.sallyport.distribution.node;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * The process' signals.
 *
 * <p>A shutdown hook alone cannot tell a second signal from the first, nor SIGHUP from SIGTERM. The
 * JDK's way to do so is {@code sun.misc.Signal}, which every JDK has and whose use javac always
 * warns of; hence the reflection.
 *
 * @since 0.1
 */
public final class Signals {
  private Signals() {}

  /**
   * Calls a handler for each signal of a kind from now on, on a thread of the JVM's.
   *
   * @param name such as {@code TERM}
   * @param handler is given the signal's number
   * @return false when this JVM leaves the signal to others, as with {@code -Xrs}
   */
  public static boolean handle(String name, Consumer<Integer> handler) {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Method number = signals.getMethod("getNumber");
      InvocationHandler calls =
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  handler.accept((Integer) number.invoke(arguments[0]));
                  yield null;
                }
                case "equals" ->
                    System.identityHashCode(proxy) == System.identityHashCode(arguments[0]);
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "handler of SIG" + name;
              };
      signals
          .getMethod("handle", signals, handlers)
          .invoke(
              null,
              signals.getConstructor(String.class).newInstance(name),
              Proxy.newProxyInstance(
                  Signals.class.getClassLoader(), new Class<?>[] {handlers}, calls));
      return true;
    } catch (ReflectiveOperationException unavailable) {
      return false;
    }
  }
}
