package io.sallyport.distribution.plugins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a plugin is: a jar in the plugins' folder, or a folder of jars there, which belong
 * together.
 *
 * @param path the jar, or the folder
 * @param jars the jars, in the order of their names
 */
record PluginPlace(Path path, List<Path> jars) {
  /** Copies the list. */
  PluginPlace {
    jars = List.copyOf(jars);
  }

  /**
   * All of a folder's, in the order of their names; none where there is no such folder. Anything
   * that is neither a jar nor a folder is left alone, and so is what is hidden.
   *
   * @throws IOException when the folder cannot be listed
   */
  static List<PluginPlace> all(Path folder) throws IOException {
    List<PluginPlace> places = new ArrayList<>();
    for (Path entry : listed(folder)) {
      if (Files.isDirectory(entry)) {
        List<Path> jars = listed(entry).stream().filter(PluginPlace::isJar).toList();
        places.add(new PluginPlace(entry, jars));
      } else if (isJar(entry)) {
        places.add(new PluginPlace(entry, List.of(entry)));
      }
    }
    return places;
  }

  private static List<Path> listed(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> !entry.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    } catch (NoSuchFileException none) {
      return List.of();
    }
  }

  private static boolean isJar(Path file) {
    return file.getFileName().toString().endsWith(".jar");
  }
}
