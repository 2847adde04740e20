package io.sallyport.plugins.injection.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two of our own from editing at once: two injectors, an agent and its successor during an
 * upgrade, or an agent and a person's command. Foreign writers do not know it.
 */
public final class StateLock {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final Path file;

  public StateLock(Path stateDirectory) {
    this.file = stateDirectory.resolve("hosts-file.lock");
  }

  public Path file() {
    return file;
  }

  /** Held until closed; the file stays. */
  public record Held(FileChannel channel) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Waits a moment for another holder; empty when it does not let go. */
  public Optional<Held> acquire() throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      for (long waited = 0; waited <= PATIENCE.toMillis(); waited += PAUSE.toMillis()) {
        if (attempt(channel) != null) {
          return Optional.of(new Held(channel));
        }
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
    channel.close();
    return Optional.empty();
  }

  private static @Nullable FileLock attempt(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }
}
