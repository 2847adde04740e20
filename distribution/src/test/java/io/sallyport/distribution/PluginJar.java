package io.sallyport.distribution;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Compiles and packs a plugin as a stranger would: with javac and jar, against what ships. */
final class PluginJar {
  private final Path work;
  private final Path modulePath;
  private final Map<String, String> files = new LinkedHashMap<>();
  private final Map<String, String> attributes = new LinkedHashMap<>();
  private final List<Path> beside = new ArrayList<>();

  /**
   * Begins one.
   *
   * @param work an empty folder
   * @param modulePath the installation's {@code lib}
   */
  PluginJar(Path work, Path modulePath) {
    this.work = work;
    this.modulePath = modulePath;
    attributes.put("Sallyport-Api", "0.1");
  }

  /** A file, by its path below the sources. */
  PluginJar with(String path, String content) {
    files.put(path, content);
    return this;
  }

  /** All files of a folder. */
  PluginJar withAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readString(file));
      }
    }
    return this;
  }

  /** Another jar that it is compiled against. */
  PluginJar against(Path jar) {
    beside.add(jar);
    return this;
  }

  /** An attribute of the manifest; empty takes it out. */
  PluginJar saying(String attribute, String value) {
    if (value.isEmpty()) {
      attributes.remove(attribute);
    } else {
      attributes.put(attribute, value);
    }
    return this;
  }

  /** Writes the jar. */
  Path to(Path jar) throws IOException {
    Path sources = Files.createDirectories(work.resolve("src"));
    Path classes = Files.createDirectories(work.resolve("classes"));
    List<String> arguments = new ArrayList<>(List.of("--release", "25", "-d", classes.toString()));
    StringBuilder path = new StringBuilder(modulePath.toString());
    beside.forEach(other -> path.append(':').append(other));
    boolean module = files.containsKey("module-info.java");
    if (module) {
      arguments.addAll(List.of("--module-path", path.toString()));
    } else {
      try (Stream<Path> jars = Files.list(modulePath)) {
        jars.forEach(file -> path.append(':').append(file));
      }
      arguments.addAll(List.of("--class-path", path.toString()));
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      boolean source = file.getKey().endsWith(".java");
      Path written = (source ? sources : classes).resolve(file.getKey());
      Files.createDirectories(written.getParent());
      Files.writeString(written, file.getValue());
      if (source) {
        arguments.add(written.toString());
      }
    }
    compile(arguments);
    pack(classes, jar);
    return jar;
  }

  private static void compile(List<String> arguments) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    List<String> options = arguments.stream().filter(word -> !word.endsWith(".java")).toList();
    try (var manager = compiler.getStandardFileManager(null, null, null)) {
      var units =
          manager.getJavaFileObjectsFromStrings(
              arguments.stream().filter(word -> word.endsWith(".java")).toList());
      if (!compiler.getTask(said, manager, null, options, null, units).call()) {
        throw new AssertionError("the plugin does not compile:\n" + said);
      }
    } catch (IOException fault) {
      throw new AssertionError(fault);
    }
  }

  private void pack(Path classes, Path jar) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.forEach(
        (name, value) -> manifest.getMainAttributes().put(new Attributes.Name(name), value));
    Files.createDirectories(jar.getParent());
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        Stream<Path> all = Files.walk(classes)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
  }
}
