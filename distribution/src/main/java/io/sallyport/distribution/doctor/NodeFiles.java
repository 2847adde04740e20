package io.sallyport.distribution.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Where the node's configuration lies.
 *
 * @param hosts the hosts file to look at
 * @param etc the directory of all else, {@code /etc}
 * @since 0.1
 */
public record NodeFiles(Path hosts, Path etc) {
  /** Where they usually are. */
  public static final Path ETC = Path.of("/etc");

  /** True when {@link #hosts} is the file that libc reads in this process. */
  boolean readByLibc() {
    Path libcs = etc.resolve("hosts");
    try {
      return etc.equals(ETC) && Files.isSameFile(hosts, libcs);
    } catch (IOException missing) {
      return hosts.equals(libcs);
    }
  }

  /** The hosts file; what cannot be read has no lines. */
  HostsFile hostsFile() {
    return HostsFile.of(bytes(hosts));
  }

  /** cloud-init's templates of the hosts file. */
  List<Path> cloudInitTemplates() {
    return files(etc.resolve("cloud").resolve("templates"), "hosts.*.tmpl");
  }

  /** What {@code nsswitch.conf} says of a database, as words; empty where it says nothing. */
  Optional<List<String>> nameServices(String database) {
    for (String line : text(etc.resolve("nsswitch.conf")).lines().toList()) {
      int comment = line.indexOf('#');
      String kept = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (kept.startsWith(database + ":")) {
        List<String> words = HostsFile.words(kept.substring(database.length() + 1));
        return words.isEmpty() ? Optional.empty() : Optional.of(words);
      }
    }
    return Optional.empty();
  }

  /** The name servers of {@code resolv.conf}, as libc takes them: three at most, in their order. */
  List<String> nameServers() {
    return text(etc.resolve("resolv.conf"))
        .lines()
        .map(HostsFile::words)
        .filter(words -> words.size() > 1 && words.getFirst().equals("nameserver"))
        .map(words -> words.get(1))
        .limit(3)
        .toList();
  }

  /** Certificates that the container tools of the node trust for one registry only. */
  List<Path> registryAuthorities(String name, int port) {
    List<Path> found = new ArrayList<>();
    for (String tool : List.of("docker", "containers")) {
      Path certs = etc.resolve(tool).resolve("certs.d");
      found.addAll(files(certs.resolve(name + ":" + port), "*.crt"));
      if (port == 443) {
        found.addAll(files(certs.resolve(name), "*.crt"));
      }
    }
    return found;
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException unreadable) {
      return new byte[0];
    }
  }

  private static String text(Path file) {
    return new String(bytes(file), StandardCharsets.ISO_8859_1);
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
}
