package io.sallyport.plugins.injection.hosts;

import static io.sallyport.plugins.injection.hosts.Bench.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.injection.HostBinding;
import io.sallyport.plugins.injection.files.Content;
import io.sallyport.plugins.injection.files.InPlace;
import io.sallyport.plugins.injection.files.Journal;
import io.sallyport.plugins.injection.files.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A publisher dies without a word: the file is whole, always or after the next start. */
class CrashTest {
  private static final int ROUNDS = 60;

  /** The steps after which the new content is there for readers. */
  private static final Set<Step> NEW =
      EnumSet.of(
          Step.RENAMED,
          Step.OLD_REMOVED,
          Step.DIRECTORY_SYNCED,
          Step.IN_PLACE_WRITTEN,
          Step.IN_PLACE_CUT,
          Step.IN_PLACE_SYNCED,
          Step.JOURNAL_REMOVED);

  @TempDir Path directory;
  private Bench bench;

  @BeforeEach
  void prepare() {
    bench = new Bench(directory);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "READ",
        "TEMPORARY_CREATED",
        "TEMPORARY_WRITTEN",
        "TEMPORARY_SYNCED",
        "CHECKED",
        "RENAMED",
        "OLD_REMOVED",
        "DIRECTORY_SYNCED"
      })
  void stopDuringAReplacementLeavesAWholeFile(Step step) throws Exception {
    bench.write(LOCALHOST + "10.0.0.1 node");
    Content before = Content.of(bench.hosts);
    Content after = planned(before, Publisher.ONE);

    Child.End end = Child.run(Child.publisher(bench.hosts, bench.state, step.name()));

    assertThat(end).isEqualTo(new Child.End(Publisher.HALTED, ""));
    assertThat(Content.of(bench.hosts)).isEqualTo(NEW.contains(step) ? after : before);
    assertThat(bench.reconcile(Bench.ICR).note()).isEmpty();
    assertThat(Content.of(bench.hosts)).isEqualTo(after);
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("hosts", "state");
    assertThat(bench.state.toFile().list()).containsExactly("hosts-file.lock");
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "READ",
        "JOURNAL_WRITTEN",
        "JOURNAL_PUBLISHED",
        "IN_PLACE_CHECKED",
        "IN_PLACE_WRITTEN",
        "IN_PLACE_CUT",
        "IN_PLACE_SYNCED",
        "JOURNAL_REMOVED"
      })
  void stopDuringAWriteInPlaceLeavesAWholeFileAfterTheNextStart(Step step) throws Exception {
    bench.write(LOCALHOST + "10.0.0.1 node");
    Content clean = Content.of(bench.hosts);
    Content before = planned(clean, Publisher.MANY);
    Content after = planned(clean, Publisher.ONE);
    bench.write(before.bytes());
    Files.createLink(directory.resolve("other"), bench.hosts);

    Child.End end = Child.run(Child.publisher(bench.hosts, bench.state, step.name()));

    assertThat(end).isEqualTo(new Child.End(Publisher.HALTED, ""));
    recover();
    assertThat(Content.of(bench.hosts)).isEqualTo(NEW.contains(step) ? after : before);
    assertThat(new Journal(bench.state, reached -> {}).pending()).isEmpty();
    assertThat(bench.reconcile(Bench.ICR).note()).isEmpty();
    assertThat(Content.of(bench.hosts)).isEqualTo(after);
    assertThat(Content.of(directory.resolve("other"))).isEqualTo(after);
  }

  @Test
  void recoveryThatIsItselfStoppedIsDoneByTheNextStart() throws Exception {
    bench.write(LOCALHOST);
    Content clean = Content.of(bench.hosts);
    Content old = planned(clean, Publisher.MANY);
    Content next = planned(clean, Publisher.ONE);
    byte[] torn = old.bytes().clone();
    System.arraycopy(next.bytes(), 0, torn, 0, next.size() - 10);
    for (Step step : List.of(Step.IN_PLACE_WRITTEN, Step.IN_PLACE_CUT, Step.IN_PLACE_SYNCED)) {
      bench.write(torn);
      new Journal(bench.state, reached -> {})
          .begin(new Journal.Entry(bench.hosts.toRealPath(), old, next));

      Child.run(Child.publisher(bench.hosts, bench.state, step.name()));

      assertThat(recover()).isNotNull();
      assertThat(Content.of(bench.hosts)).isEqualTo(next);
    }
  }

  @Test
  void interruptedWriteIsCompletedAtTheNextStartAndTold() throws Exception {
    bench.write(LOCALHOST);
    Content old = Content.of(bench.hosts);
    Content next = planned(old, Publisher.ONE);
    new Journal(bench.state, reached -> {})
        .begin(new Journal.Entry(bench.hosts.toRealPath(), old, next));
    bench.write(Arrays.copyOf(next.bytes(), next.size() - 7));

    try (HostsFileInjector injector = bench.injector()) {
      assertThat(injector.preview(Publisher.ONE))
          .startsWith("! an interrupted write would be completed first");
      assertThat(injector.reconcile(Publisher.ONE).note())
          .isEqualTo("an interrupted write of " + bench.hosts.toRealPath() + " was completed");
    }
    assertThat(Content.of(bench.hosts)).isEqualTo(next);
  }

  @Test
  void lineAppendedToATornFileStays() throws Exception {
    bench.write(LOCALHOST);
    Content clean = Content.of(bench.hosts);
    Content old = planned(clean, Publisher.MANY);
    Content next = planned(clean, Publisher.ONE);
    new Journal(bench.state, reached -> {})
        .begin(new Journal.Entry(bench.hosts.toRealPath(), old, next));
    Content appended = new Content("10.0.0.9 later\n".getBytes(StandardCharsets.US_ASCII));
    bench.write(next.padded(old.size()).plus(appended, 0).bytes());

    recover();

    assertThat(Content.of(bench.hosts)).isEqualTo(next.plus(appended, 0));
  }

  @Test
  void fileThatWasRewrittenAfterTheCrashIsLeftAlone() throws Exception {
    bench.write(LOCALHOST);
    Content old = Content.of(bench.hosts);
    new Journal(bench.state, reached -> {})
        .begin(new Journal.Entry(bench.hosts.toRealPath(), old, planned(old, Publisher.ONE)));
    String rewritten = "10.0.0.1 node\n" + LOCALHOST;
    bench.write(rewritten);

    List<String> news = recover();

    assertThat(bench.text()).isEqualTo(rewritten);
    assertThat(news)
        .singleElement()
        .asString()
        .startsWith(
            bench.hosts.toRealPath()
                + " was rewritten after an interrupted write of ours; what it held before is in "
                + bench.state.resolve("hosts-file-"))
        .endsWith(".journal.unused");
  }

  @Test
  void damagedJournalIsPutAside() throws Exception {
    bench.write(LOCALHOST);
    Content old = Content.of(bench.hosts);
    Path journal =
        new Journal(bench.state, reached -> {})
            .begin(new Journal.Entry(bench.hosts.toRealPath(), old, planned(old, Publisher.ONE)));
    byte[] bytes = Files.readAllBytes(journal);
    bytes[bytes.length / 2]++;
    Files.write(journal, bytes);

    assertThat(bench.reconcile(Bench.ICR).note())
        .isEqualTo("the journal " + journal + ".unused is damaged and was not used");
  }

  @Test
  void killAtAnyMomentOfAReplacementLeavesAWholeFile() throws Exception {
    killed(Path.of("nothing"));
  }

  @Test
  void killAtAnyMomentOfAWriteInPlaceLeavesAWholeFileAfterTheNextStart() throws Exception {
    killed(directory.resolve("other"));
  }

  /**
   * Kills publishers; where a second name is given to the file, it can only be written in place.
   */
  private void killed(Path secondName) throws Exception {
    StringBuilder foreign = new StringBuilder(LOCALHOST);
    for (int i = 0; i < 20_000; i++) {
      foreign.append("10.0.0.1 a-foreign-host-with-number-").append(i).append(".example.org\n");
    }
    bench.write(foreign.toString());
    Content clean = Content.of(bench.hosts);
    Content one = planned(clean, Publisher.ONE);
    Content many = planned(clean, Publisher.MANY);
    if (secondName.isAbsolute()) {
      Files.createLink(secondName, bench.hosts);
    }
    Random random = new Random(7);
    int torn = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Process process = Child.start(Child.publisher(bench.hosts, bench.state, "loop"));
      assertThat(Child.firstLine(process)).startsWith("InPlace[]");
      TimeUnit.MICROSECONDS.sleep(random.nextInt(60_000));
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();

      if (secondName.isAbsolute()) {
        Content left = Content.of(bench.hosts);
        torn += left.equals(one) || left.equals(many) ? 0 : 1;
        recover();
      }
      assertThat(Content.of(bench.hosts)).as("round %d", round).isIn(one, many);
    }
    System.out.printf(
        "kill -9, %d rounds: %d times the file was torn before recovery%n", ROUNDS, torn);
    bench.reconcile();
    assertThat(Content.of(bench.hosts)).isEqualTo(clean);
  }

  private List<String> recover() throws IOException {
    Step.Trace trace = step -> {};
    return new InPlace(new Journal(bench.state, trace), trace).recover();
  }

  private static Content planned(Content content, Set<HostBinding> bindings) {
    return HostsPlan.of(HostsText.of(content), Wishes.of(bindings).all(), Precedence.BEFORE_FOREIGN)
        .content();
  }
}
