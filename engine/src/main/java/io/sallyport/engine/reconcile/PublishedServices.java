package io.sallyport.engine.reconcile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which services' names are out, and where they lead, kept on disk: an agent that restarts while
 * every endpoint of a service is dead must not withdraw what it had published, for then the name
 * would lead out of the closed network. Losing the file costs just that, so nothing fails for it.
 */
final class PublishedServices {
  private static final Logger LOG = LoggerFactory.getLogger(PublishedServices.class);

  private final Path file;

  PublishedServices(Path stateDirectory) {
    this.file = stateDirectory.resolve("published-services");
  }

  /** The addresses that the names of services lead to, by the services' ids. */
  Map<String, String> read() {
    Map<String, String> addresses = new HashMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        int space = line.indexOf(' ');
        if (space > 0) {
          addresses.put(line.substring(0, space), line.substring(space + 1));
        }
      }
    } catch (NoSuchFileException first) {
      return addresses;
    } catch (IOException fault) {
      told(fault);
    }
    return addresses;
  }

  void write(Map<String, String> addresses) {
    try {
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      List<String> lines = new ArrayList<>();
      addresses.forEach((service, address) -> lines.add(service + " " + address));
      Files.write(fresh, lines);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException fault) {
      told(fault);
    }
  }

  private void told(IOException fault) {
    LOG.atWarn()
        .addKeyValue("file", file)
        .addKeyValue("cause", fault.toString())
        .log("published services are not remembered");
  }
}
