package io.sallyport.engine.reconcile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which services' names are out, kept on disk: an agent that restarts while every endpoint of a
 * service is dead must not withdraw what it had published, for then the name would lead out of the
 * closed network. Losing the file costs just that, so nothing fails for it.
 */
final class PublishedServices {
  private static final Logger LOG = LoggerFactory.getLogger(PublishedServices.class);

  private final Path file;

  PublishedServices(Path stateDirectory) {
    this.file = stateDirectory.resolve("published-services");
  }

  Set<String> read() {
    try {
      return new HashSet<>(Files.readAllLines(file));
    } catch (NoSuchFileException first) {
      return new HashSet<>();
    } catch (IOException fault) {
      told(fault);
      return new HashSet<>();
    }
  }

  void write(Collection<String> services) {
    try {
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.write(fresh, List.copyOf(services));
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
