package io.sallyport.plugins.injection.hosts;

import static io.sallyport.plugins.injection.hosts.Bench.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.plugins.injection.files.Content;
import io.sallyport.plugins.injection.files.FileCommit;
import io.sallyport.plugins.injection.files.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hosts files as containers, hardened machines and administrators make them. */
class MountedFileTest {
  private static final String REMEDY =
      "remedy=let this process write the file or its directory: look for a read-only mount, an"
          + " immutable attribute (lsattr) and missing permissions]";

  @TempDir Path directory;
  private Bench bench;
  private Path source;

  @BeforeEach
  void prepare() throws Exception {
    Child.needsMounts();
    bench = new Bench(directory);
    bench.write("what the mount hides\n");
    source = Files.writeString(directory.resolve("source"), LOCALHOST + "10.0.0.1 node");
  }

  @Test
  void bindMountedFileIsWrittenInPlace() throws Exception {
    Object inode = Files.getAttribute(source, "unix:ino");

    Child.End end = mounted("mount --bind source hosts", "once");

    assertThat(end).isEqualTo(new Child.End(0, "InPlace[]"));
    assertThat(Bench.text(source)).startsWith(LOCALHOST + "10.0.0.1 node\n172.20.0.7 icr.io");
    assertThat(Files.getAttribute(source, "unix:ino")).isEqualTo(inode);
    assertThat(bench.text()).isEqualTo("what the mount hides\n");
    assertThat(bench.state.toFile().list()).containsExactly("hosts-file.lock");
    assertThat(FileCommit.temporaryFor(bench.hosts)).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "TEMPORARY_SYNCED",
        "CHECKED",
        "JOURNAL_WRITTEN",
        "JOURNAL_PUBLISHED",
        "IN_PLACE_CHECKED",
        "IN_PLACE_WRITTEN",
        "IN_PLACE_CUT",
        "IN_PLACE_SYNCED",
        "JOURNAL_REMOVED"
      })
  void bindMountedFileIsWholeAfterACrashAndTheNextStart(Step step) throws Exception {
    Content before = Content.of(source);
    Content after =
        HostsPlan.of(
                HostsText.of(before), Wishes.of(Publisher.ONE).all(), Precedence.BEFORE_FOREIGN)
            .content();

    assertThat(mounted("mount --bind source hosts", step.name()).code())
        .isEqualTo(Publisher.HALTED);

    assertThat(Content.of(source)).isIn(before, after);
    assertThat(mounted("mount --bind source hosts", "once").output()).isEqualTo("InPlace[]");
    assertThat(Content.of(source)).isEqualTo(after);
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("hosts", "source", "state");
  }

  @Test
  void bindMountOfAFileThatWasReplacedIsTold() throws Exception {
    Child.End end = mounted("mount --bind source hosts; mv -f hosts-new source", "once");

    assertThat(end.output())
        .isEqualTo(
            "InPlace[] "
                + bench.hosts
                + " is a bind mount of a file that was replaced since: nobody outside sees this"
                + " edit; mount the file's directory instead");
  }

  @Test
  void readOnlyFileIsRefused() throws Exception {
    Child.End end = mounted("mount --bind source hosts; mount -o remount,bind,ro hosts", "once");

    assertThat(end.output())
        .startsWith(
            "Refused[reason=cannot write "
                + bench.hosts
                + ": Read-only file system ("
                + bench.hosts
                + "); Device or resource busy (")
        .contains(REMEDY);
    assertThat(Bench.text(source)).isEqualTo(LOCALHOST + "10.0.0.1 node");
    assertThat(bench.state.toFile().list()).containsExactly("hosts-file.lock");
  }

  @Test
  void readOnlyDirectoryIsRefused() throws Exception {
    Path etc = Files.createDirectory(directory.resolve("etc"));
    Path hosts = Files.writeString(etc.resolve("hosts"), LOCALHOST);

    Child.End end =
        Child.run(
            Child.mounted(
                "cd " + directory + "; mount --bind etc etc; mount -o remount,bind,ro etc",
                Child.publisher(hosts, bench.state, "once")));

    assertThat(end.output())
        .startsWith(
            "Refused[reason=cannot write "
                + hosts
                + ": Read-only file system ("
                + hosts
                + "); Read-only file system ("
                + FileCommit.temporaryFor(hosts)
                + "), "
                + REMEDY);
    assertThat(Bench.text(hosts)).isEqualTo(LOCALHOST);
  }

  @Test
  void writableFileInAReadOnlyDirectoryIsWrittenInPlace() throws Exception {
    Path etc = Files.createDirectory(directory.resolve("etc"));
    Path hosts = Files.writeString(etc.resolve("hosts"), "what the mount hides\n");

    Child.End end =
        Child.run(
            Child.mounted(
                "cd "
                    + directory
                    + "; mount --bind etc etc; mount -o remount,bind,ro etc;"
                    + " mount --bind source etc/hosts",
                Child.publisher(hosts, bench.state, "once")));

    assertThat(end.output()).isEqualTo("InPlace[]");
    assertThat(Bench.text(source)).contains("172.20.0.7 icr.io");
  }

  @Test
  void immutableFileIsRefused() throws Exception {
    bench.write(LOCALHOST);
    assumeTrue(attribute("+i"), "this file system knows no immutable attribute");
    try {
      Child.End end = Child.run(Child.publisher(bench.hosts, bench.state, "once"));

      assertThat(end.output())
          .startsWith(
              "Refused[reason=cannot write "
                  + bench.hosts
                  + ": Operation not permitted ("
                  + bench.hosts
                  + "); Operation not permitted (")
          .contains(REMEDY);
      assertThat(bench.text()).isEqualTo(LOCALHOST);
      assertThat(directory.toFile().list()).containsExactlyInAnyOrder("hosts", "source", "state");
    } finally {
      attribute("-i");
    }
  }

  @Test
  void fullFileSystemIsRefusedAndTheFileStays() throws Exception {
    String fill =
        "mkdir small; mount -t tmpfs -o size=64k none small; printf '"
            + LOCALHOST.strip()
            + "\\n#%4075s' '' > small/hosts; dd if=/dev/zero of=small/fill bs=4096 count=100"
            + " 2>/dev/null || :";

    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "\"$@\"; cat small/hosts; ls -A small", "sh"));
    command.addAll(Child.publisher(directory.resolve("small/hosts"), bench.state, "once"));
    Child.End end = Child.run(Child.mounted("cd " + directory + "; " + fill, command));

    assertThat(end.output())
        .startsWith("Refused[reason=cannot write " + directory.resolve("small"))
        .contains("No space left on device", "remedy=make room on the file system]")
        .endsWith("fill\nhosts");
    assertThat(end.output().lines()).contains("#" + " ".repeat(4075) + "fill");
  }

  private Child.End mounted(String mounts, String how) throws IOException, InterruptedException {
    Path replacement = directory.resolve("hosts-new");
    if (mounts.contains("hosts-new")) {
      Files.writeString(replacement, LOCALHOST);
    }
    return Child.run(
        Child.mounted(
            "cd " + directory + "; " + mounts, Child.publisher(bench.hosts, bench.state, how)));
  }

  private boolean attribute(String change) throws IOException, InterruptedException {
    return Child.run(List.of("chattr", change, bench.hosts.toString())).code() == 0;
  }
}
