package io.sallyport.control.agent;

import io.sallyport.control.agent.v1.KeptSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is in force on disk, a little after it has changed, so that changes in a row are
 * written once. What the disk does not take is tried again. Used by the loop, and by the starting
 * thread before that runs.
 */
final class Keeping {
  private static final Logger LOG = LoggerFactory.getLogger(Keeping.class);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final KeptFile file;
  private final Disk disk;
  private final Loop loop;
  private final Supplier<KeptSnapshot> snapshot;
  private final Runnable changed;
  private final List<String> complaints = new ArrayList<>();
  private String unkept = "";
  private boolean due;

  /** Whether there is a disk to keep it on. */
  enum Disk {
    /** There is. */
    USED,
    /** Nothing is read from it, and nothing written. */
    LEFT_ALONE
  }

  /**
   * Keeps nothing yet.
   *
   * @param snapshot what is in force
   * @param changed called when {@link #wrong} has changed
   */
  Keeping(KeptFile file, Disk disk, Loop loop, Supplier<KeptSnapshot> snapshot, Runnable changed) {
    this.file = file;
    this.disk = disk;
    this.loop = loop;
    this.snapshot = snapshot;
    this.changed = changed;
  }

  /** What was kept before this start. Blocks. */
  Optional<KeptSnapshot> find() {
    if (disk == Disk.LEFT_ALONE) {
      return Optional.empty();
    }
    KeptFile.Found found = file.find();
    for (String complaint : found.complaints()) {
      complaints.add(complaint);
      LOG.atError().addKeyValue("problem", complaint).log("a kept snapshot was refused");
    }
    return found.snapshot();
  }

  /** What is in force has changed. */
  void soon() {
    soon(PAUSE);
  }

  private void soon(Duration pause) {
    if (!due && disk == Disk.USED) {
      due = true;
      loop.later(this::owed, pause);
    }
  }

  /** Writes now what is still to be written. */
  void owed() {
    if (!due) {
      return;
    }
    due = false;
    String before = unkept;
    try {
      file.keep(snapshot.get());
      unkept = "";
    } catch (IOException fault) {
      unkept = "the snapshot could not be kept on disk: " + fault;
      if (!unkept.equals(before)) {
        LOG.atError()
            .addKeyValue("reason", fault)
            .log("the snapshot could not be kept: a restart will depend on the control plane");
      }
      soon(AGAIN);
    }
    if (!unkept.equals(before)) {
      changed.run();
    }
  }

  /** What is wrong with the disk, one sentence each. */
  List<String> wrong() {
    List<String> wrong = new ArrayList<>(complaints);
    if (!unkept.isEmpty()) {
      wrong.add(unkept);
    }
    return wrong;
  }
}
