package io.sallyport.plugins.injection.hosts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What cloud-init's files on this node say about the hosts file: whether cloud-init writes it at
 * each boot, and from which template.
 */
final class CloudInit {
  private static final Pattern MANAGES =
      Pattern.compile("(?m)^manage_etc_hosts[ \\t]*:[ \\t]*[\"']?([A-Za-z0-9_]*)");
  private static final Pattern RELEASE = Pattern.compile("(?m)^(ID|ID_LIKE)=[\"']?([^\"'\\n]*)");

  /** The distributions whose template has another name than theirs. */
  private static final Map<String, String> FAMILIES =
      Map.ofEntries(
          Map.entry("ubuntu", "debian"),
          Map.entry("rhel", "redhat"),
          Map.entry("fedora", "redhat"),
          Map.entry("centos", "redhat"),
          Map.entry("almalinux", "redhat"),
          Map.entry("rocky", "redhat"),
          Map.entry("ol", "redhat"),
          Map.entry("amzn", "redhat"),
          Map.entry("sles", "suse"),
          Map.entry("opensuse", "suse"),
          Map.entry("opensuse-leap", "suse"),
          Map.entry("opensuse-tumbleweed", "suse"));

  private final Path root;

  /** Of the node whose files are below a directory. */
  CloudInit(Path root) {
    this.root = root;
  }

  /** What was found. */
  sealed interface Template {
    /** cloud-init makes the hosts file from this. */
    record At(Path path) implements Template {}

    /** cloud-init leaves the hosts file alone, or is not here. */
    record None() implements Template {}

    /**
     * cloud-init writes the hosts file, and the template cannot be told.
     *
     * @param reason words for people
     */
    record Unclear(String reason) implements Template {}
  }

  /** Looks. Cheap where there is no cloud-init. */
  Template hostsTemplate() {
    Path etc = root.resolve("etc/cloud");
    if (!Files.isDirectory(etc) || !manages(etc)) {
      return new Template.None();
    }
    Path directory = etc.resolve("templates");
    List<Path> templates = files(directory, "hosts.*.tmpl");
    for (String distribution : distributions()) {
      String family = FAMILIES.getOrDefault(distribution, distribution);
      Path template = directory.resolve("hosts." + family + ".tmpl");
      if (templates.contains(template)) {
        return new Template.At(template);
      }
    }
    if (templates.size() == 1) {
      return new Template.At(templates.getFirst());
    }
    return new Template.Unclear(
        "cloud-init writes the hosts file at each boot, and which of the "
            + templates.size()
            + " templates hosts.*.tmpl in "
            + directory
            + " it takes cannot be told: name it in cloud-init-template");
  }

  /** Later files win, as they do for cloud-init. */
  private boolean manages(Path etc) {
    List<Path> sources = new ArrayList<>();
    sources.add(etc.resolve("cloud.cfg"));
    sources.addAll(files(etc.resolve("cloud.cfg.d"), "*.cfg"));
    Path instance = root.resolve("var/lib/cloud/instance");
    sources.add(instance.resolve("vendor-cloud-config.txt"));
    sources.add(instance.resolve("cloud-config.txt"));
    String value = "false";
    for (Path source : sources) {
      Matcher matcher = MANAGES.matcher(text(source));
      while (matcher.find()) {
        value = matcher.group(1).toLowerCase(Locale.ROOT);
      }
    }
    return List.of("true", "yes", "on", "1", "template").contains(value);
  }

  private List<String> distributions() {
    Map<String, List<String>> found = new HashMap<>();
    Matcher matcher = RELEASE.matcher(text(root.resolve("etc/os-release")));
    while (matcher.find()) {
      found.put(matcher.group(1), List.of(matcher.group(2).strip().split("\\s+", -1)));
    }
    List<String> distributions = new ArrayList<>(found.getOrDefault("ID", List.of()));
    distributions.addAll(found.getOrDefault("ID_LIKE", List.of()));
    return distributions;
  }

  private static List<Path> files(Path directory, String glob) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
      files.forEach(found::add);
    } catch (IOException none) {
      return List.of();
    }
    Collections.sort(found);
    return found;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException none) {
      return "";
    }
  }
}
