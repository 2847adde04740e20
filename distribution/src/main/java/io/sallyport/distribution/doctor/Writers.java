package io.sallyport.distribution.doctor;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/** Tells who wrote a line of the hosts file: by marks, by cloud-init's template, by the head. */
final class Writers {
  private static final String NODE_RESOLVER = "openshift-generated-node-resolver";
  private static final String KUBERNETES = "Kubernetes-managed hosts file";
  private static final String ALIASES = "Entries added by HostAliases";
  private static final String CLOUD_INIT = "manage_etc_hosts";

  private final HostsFile file;
  private final List<Template> templates = new ArrayList<>();

  Writers(HostsFile file, List<Path> cloudInitTemplates) {
    this.file = file;
    for (Path template : cloudInitTemplates) {
      templates.add(new Template(template, HostsFile.of(NodeFiles.bytes(template))));
    }
  }

  private record Template(Path path, HostsFile lines) {}

  /** A writer, and how it is known. */
  record Written(Writer writer, String evidence) {}

  /** The lines that have a name, with their writers. */
  List<HostsLine> naming(String name) {
    return file.naming(name).stream()
        .map(entry -> {
          Written written = writer(entry, name);
          return new HostsLine(
              entry.line(),
              entry.written(),
              entry.text().strip(),
              written.writer().word(),
              written.evidence());
        })
        .toList();
  }

  /** Who wrote an entry. */
  Written writer(HostsFile.Entry entry, String name) {
    return marked(entry)
        .or(() -> ofTemplate(entry, name))
        .or(() -> ofKubelet(entry))
        .orElseGet(() -> unknown(entry));
  }

  private static Optional<Written> marked(HostsFile.Entry entry) {
    String comment = entry.comment();
    if (comment.equals(NODE_RESOLVER)) {
      return Optional.of(
          new Written(Writer.NODE_RESOLVER, "OpenShift's node resolver, by the line's mark"));
    }
    for (Writer ours : List.of(Writer.SALLYPORT, Writer.RESOLVED_NAME)) {
      if (comment.startsWith(ours.mark())) {
        return Optional.of(ours(entry, ours));
      }
    }
    return Optional.empty();
  }

  private static Written ours(HostsFile.Entry entry, Writer writer) {
    List<String> marker = HostsFile.words(entry.comment().substring(writer.mark().length()));
    String who =
        writer == Writer.SALLYPORT ? "sallyport" : "sallyport's host injector resolved-name";
    if (marker.size() < 2) {
      return new Written(Writer.UNKNOWN, "somebody who has changed a line of " + who);
    }
    String content = entry.text().substring(0, entry.text().indexOf('#'));
    String sealed =
        String.join(" ", HostsFile.words(content))
            + " # "
            + writer.mark()
            + " "
            + String.join(" ", marker.subList(0, marker.size() - 1));
    return checksum(sealed).equals(marker.getLast())
        ? new Written(writer, who + ", for " + marker.getFirst())
        : new Written(Writer.UNKNOWN, "somebody who has changed a line of " + who);
  }

  private static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private Optional<Written> ofTemplate(HostsFile.Entry entry, String name) {
    for (Template template : templates) {
      for (HostsFile.Entry line : template.lines().naming(name)) {
        if (line.address().equals(entry.address())) {
          return Optional.of(
              new Written(
                  Writer.CLOUD_INIT,
                  "cloud-init, from its template " + template.path() + ":" + line.line()));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Written> ofKubelet(HostsFile.Entry entry) {
    if (file.lines().stream().noneMatch(line -> line.contains(KUBERNETES))) {
      return Optional.empty();
    }
    boolean aliases =
        file.lines().subList(0, entry.line()).stream().anyMatch(line -> line.contains(ALIASES));
    return Optional.of(
        new Written(
            Writer.KUBELET,
            aliases
                ? "kubelet, from the pod's hostAliases"
                : "kubelet, which made this file for a pod when it created it"));
  }

  private Written unknown(HostsFile.Entry entry) {
    boolean cloudInit =
        file.lines().stream().anyMatch(line -> line.startsWith("#") && line.contains(CLOUD_INIT));
    StringBuilder words = new StringBuilder("nobody known");
    String above = entry.line() > 1 ? file.lines().get(entry.line() - 2).strip() : "";
    if (!entry.comment().isEmpty()) {
      words.append("; its comment says \"").append(entry.comment()).append('"');
    } else if (above.startsWith("#")) {
      words.append("; above it stands \"").append(above).append('"');
    }
    if (cloudInit) {
      words.append("; cloud-init, who owns the file, has no such line in its template");
    }
    return new Written(Writer.UNKNOWN, words.toString());
  }
}
