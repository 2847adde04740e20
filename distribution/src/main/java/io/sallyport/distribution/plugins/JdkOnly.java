package io.sallyport.distribution.plugins;

/**
 * The parent of every plugin's loader: knows the JDK's classes. The platform's own loader would
 * find all that the program was started with, too, since the built-in loaders share what they know
 * of modules.
 */
final class JdkOnly extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  JdkOnly() {
    super("sallyport-plugins", getPlatformClassLoader());
  }

  static boolean isJdk(String module) {
    return module.startsWith("java.") || module.startsWith("jdk.");
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    Class<?> found = super.loadClass(name, resolve);
    Module module = found.getModule();
    if (module.isNamed() && isJdk(module.getName())) {
      return found;
    }
    throw new ClassNotFoundException(name);
  }
}
