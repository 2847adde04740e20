package io.sallyport.distribution.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A process's own directory, which survives restarts, and the lock that keeps a second one out of
 * it.
 *
 * @since 0.1
 */
public final class StateDirectory implements AutoCloseable {
  private static final String ELSEWHERE =
      "; set state-directory to a directory that this user may write to"
          + " (--set state-directory=/path)";

  private final Path path;
  private final FileChannel channel;

  /** Whose directory it is. */
  public enum Owner {
    /** An agent. */
    AGENT("agent.lock", "another agent"),
    /** A control plane. */
    CONTROL("control.lock", "another control plane");

    private final String lock;
    private final String another;

    Owner(String lock, String another) {
      this.lock = lock;
      this.another = another;
    }
  }

  private StateDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Makes an agent's directory where it is missing, and takes its lock.
   *
   * @throws StateDirectoryException in words for the user
   */
  public static StateDirectory open(Path path) {
    return open(path, Owner.AGENT);
  }

  /**
   * Makes the directory where it is missing, and takes its lock.
   *
   * @throws StateDirectoryException in words for the user
   */
  public static StateDirectory open(Path path, Owner owner) {
    try {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
    } catch (FileAlreadyExistsException notOne) {
      throw failed(path, "is not a directory", ELSEWHERE, notOne);
    } catch (AccessDeniedException denied) {
      throw failed(path, "cannot be made: permission denied", ELSEWHERE, denied);
    } catch (IOException refused) {
      throw failed(path, "cannot be made: " + reason(refused), ELSEWHERE, refused);
    }
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              path.resolve(owner.lock),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw taken(path, owner, channel);
      }
      channel.truncate(0);
      String pid = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
      return new StateDirectory(path, channel);
    } catch (OverlappingFileLockException here) {
      throw taken(path, owner, channel);
    } catch (AccessDeniedException denied) {
      throw failed(path, "cannot be written to: permission denied", ELSEWHERE, denied);
    } catch (IOException refused) {
      throw failed(path, "cannot be written to: " + reason(refused), ELSEWHERE, refused);
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Gives the lock back; the directory stays. */
  @Override
  public void close() {
    closeQuietly(channel);
  }

  private static StateDirectoryException taken(
      Path path, Owner owner, @Nullable FileChannel channel) {
    String who = "";
    try {
      who = Files.readString(path.resolve(owner.lock)).strip();
    } catch (IOException unknown) {
      // Then the message has to do without.
    }
    if (channel != null) {
      closeQuietly(channel);
    }
    return failed(
        path,
        "is in use by " + owner.another + (who.isEmpty() ? "" : ", process " + who),
        "; stop that one, or give this one a state-directory of its own",
        null);
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException harmless) {
      // The lock goes with the process at the latest.
    }
  }

  private static String reason(IOException fault) {
    return fault instanceof FileSystemException system && system.getReason() != null
        ? system.getReason()
        : String.valueOf(fault.getMessage());
  }

  private static StateDirectoryException failed(
      Path path, String what, String remedy, @Nullable Exception cause) {
    return new StateDirectoryException("the state directory " + path + " " + what + remedy, cause);
  }

  /** The state directory cannot be used. */
  public static final class StateDirectoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StateDirectoryException(String message, @Nullable Exception cause) {
      super(message, cause);
    }
  }
}
