package io.sallyport.api;

import java.io.IOException;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a module shows to others, a line for each type and each member of one. */
final class Signatures {
  private Signatures() {}

  /** Of all classes below a folder, sorted. */
  static List<String> of(Path classes) throws IOException {
    TreeSet<String> lines = new TreeSet<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String path = classes.relativize(file).toString();
        if (!path.endsWith("-info.class")) {
          String name = path.substring(0, path.length() - ".class".length()).replace('/', '.');
          lines.addAll(of(loaded(name)));
        }
      }
    }
    return List.copyOf(lines);
  }

  private static Class<?> loaded(String name) {
    try {
      return Class.forName(name, false, Signatures.class.getClassLoader());
    } catch (ClassNotFoundException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static List<String> of(Class<?> type) {
    List<String> lines = new ArrayList<>();
    if (!shown(type)) {
      return lines;
    }
    lines.add(type.getName() + " " + declaration(type));
    for (Field field : type.getDeclaredFields()) {
      if (shown(field.getModifiers())) {
        lines.add(
            type.getName()
                + "#"
                + field.getName()
                + " "
                + words(field.getModifiers())
                + field.getGenericType().getTypeName());
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (shown(constructor.getModifiers())) {
        lines.add(type.getName() + "#new" + parameters(constructor.getGenericParameterTypes()));
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (shown(method.getModifiers()) && !method.isSynthetic()) {
        lines.add(
            type.getName()
                + "#"
                + method.getName()
                + parameters(method.getGenericParameterTypes())
                + " "
                + words(method.getModifiers())
                + method.getGenericReturnType().getTypeName());
      }
    }
    return lines;
  }

  private static boolean shown(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && (type.getEnclosingClass() == null || shown(type.getEnclosingClass()));
  }

  private static boolean shown(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static String declaration(Class<?> type) {
    String kind =
        type.isRecord()
            ? "record"
            : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
    StringBuilder line = new StringBuilder();
    if (type.accessFlags().contains(AccessFlag.FINAL) && !type.isRecord() && !type.isEnum()) {
      line.append("final ");
    }
    line.append(kind);
    if (type.getTypeParameters().length > 0) {
      line.append(
          Arrays.stream(type.getTypeParameters())
              .map(variable -> variable.getName() + " extends " + names(variable.getBounds()))
              .collect(Collectors.joining(", ", "<", ">")));
    }
    if (type.getGenericInterfaces().length > 0) {
      line.append(" of ").append(names(type.getGenericInterfaces()));
    }
    if (type.isSealed()) {
      line.append(" permits ").append(names(type.getPermittedSubclasses()));
    }
    if (type.isEnum()) {
      line.append(" ").append(Arrays.toString(type.getEnumConstants()));
    }
    return line.toString();
  }

  private static String parameters(Type[] types) {
    return "(" + names(types) + ")";
  }

  private static String names(Type[] types) {
    return Arrays.stream(types).map(Type::getTypeName).collect(Collectors.joining(", "));
  }

  private static String words(int modifiers) {
    return (Modifier.isStatic(modifiers) ? "static " : "")
        + (Modifier.isAbstract(modifiers) ? "abstract " : "");
  }
}
