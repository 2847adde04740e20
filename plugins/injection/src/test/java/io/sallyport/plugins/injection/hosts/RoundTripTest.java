package io.sallyport.plugins.injection.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.injection.HostBinding;
import io.sallyport.plugins.injection.files.Content;
import io.sallyport.plugins.injection.files.InPlace;
import io.sallyport.plugins.injection.files.Journal;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever a hosts file holds: our lines come and go, and every other byte stays. */
class RoundTripTest {
  private static final byte[] LOCALHOST = Bench.LOCALHOST.getBytes(StandardCharsets.US_ASCII);

  @Property(tries = 2000)
  void publishingAndWithdrawingGivesBackTheBytes(
      @ForAll("files") Content file, @ForAll("bindings") Set<HostBinding> bindings) {
    Content published = plan(file, bindings).content();

    assertThat(foreign(published)).isEqualTo(foreign(file));
    assertThat(plan(published, bindings).content()).isEqualTo(published);
    assertThat(plan(published, bindings).changes()).isZero();
    assertThat(plan(published, Set.of()).content()).isEqualTo(file);
  }

  @Property(tries = 1000)
  void whatWasPublishedBeforeLeavesNoTrace(
      @ForAll("files") Content file,
      @ForAll("bindings") Set<HostBinding> first,
      @ForAll("bindings") Set<HostBinding> second) {
    Content twice = plan(plan(file, first).content(), second).content();

    assertThat(own(twice)).containsExactlyInAnyOrderElementsOf(own(plan(file, second).content()));
    assertThat(plan(twice, Set.of()).content()).isEqualTo(file);
  }

  @Property(tries = 1000)
  void everyNameIsFoundFirstInALineOfOurs(
      @ForAll("files") Content file, @ForAll("bindings") Set<HostBinding> bindings) {
    HostsText text = HostsText.of(plan(file, bindings).content());

    for (HostsText.PlacedLine line : text.own()) {
      List<String> words = List.of(line.line().entry().split(" ", -1));
      for (HostsText.ForeignLine foreign : text.foreign().subList(0, line.slot())) {
        text.entry(foreign)
            // The one address that none of the bindings has.
            .filter(entry -> entry.address().equals("10.0.0.1"))
            .ifPresent(entry ->
                assertThat(entry.names())
                    .doesNotContainAnyElementsOf(words.subList(1, words.size())));
      }
    }
  }

  /** Somebody edits a file that holds lines of ours, anywhere in it. */
  @Property(tries = 5000)
  void whateverIsDoneToAFileWithOurLinesEveryByteIsAccountedFor(
      @ForAll("files") Content before,
      @ForAll("bindings") Set<HostBinding> bindings,
      @ForAll Random random) {
    byte[] bytes = edited(plan(before, bindings).content().bytes(), random);

    HostsText text = HostsText.of(new Content(bytes));

    int lines = text.foreign().size() + text.own().size() + text.damages().size();
    assertThat(lines).isEqualTo(lines(bytes));
    int at = 0;
    for (HostsText.ForeignLine line : text.foreign()) {
      assertThat(line.from()).isGreaterThanOrEqualTo(at);
      assertThat(line.to()).isBetween(line.from() + 1, bytes.length);
      at = line.to();
      assertThat(text.entry(line)).isNotNull();
    }
    if (text.damages().isEmpty()) {
      Content withdrawn = plan(text.content(), Set.of()).content();
      assertThat(withdrawn).isEqualTo(foreign(text.content()));
      assertThat(plan(plan(text.content(), bindings).content(), Set.of()).content())
          .isEqualTo(withdrawn);
    }
  }

  private static byte[] edited(byte[] bytes, Random random) {
    byte[] noise = "\n\r #sallyport:/+10.0. a".getBytes(StandardCharsets.US_ASCII);
    byte[] all = bytes.clone();
    for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
      int from = random.nextInt(all.length + 1);
      int to = Math.min(all.length, from + random.nextInt(6));
      byte[] put = new byte[random.nextInt(4)];
      for (int i = 0; i < put.length; i++) {
        put[i] =
            random.nextInt(8) == 0 ? (byte) random.nextInt() : noise[random.nextInt(noise.length)];
      }
      ByteArrayOutputStream next = new ByteArrayOutputStream();
      next.write(all, 0, from);
      next.writeBytes(put);
      next.write(all, to, all.length - to);
      all = next.toByteArray();
    }
    return all;
  }

  private static int lines(byte[] bytes) {
    int lines = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n' || i == bytes.length - 1) {
        lines++;
      }
    }
    return lines;
  }

  @Property(tries = 1000)
  void tornWriteIsMadeWholeWhateverPartOfItArrived(
      @ForAll("files") Content before,
      @ForAll("bindings") Set<HostBinding> bindings,
      @ForAll("bindings") Set<HostBinding> others,
      @ForAll Random random) {
    Content old = plan(before, bindings).content();
    Content next = plan(before, others).content();
    Content written = next.padded(old.size());
    int size = old.size() + random.nextInt(written.size() - old.size() + 1);
    byte[] torn = new byte[size];
    for (int from = 0; from < size; ) {
      int to = Math.min(size, from + 1 + random.nextInt(40));
      boolean arrived = to > old.size() || random.nextBoolean();
      for (int i = from; i < to; i++) {
        torn[i] = arrived || i >= old.size() ? written.bytes()[i] : old.bytes()[i];
      }
      from = to;
    }

    Content whole =
        InPlace.whole(new Journal.Entry(Path.of("/hosts"), old, next), new Content(torn))
            .orElseThrow();

    assertThat(whole).isIn(old, next);
  }

  private static HostsPlan plan(Content content, Set<HostBinding> bindings) {
    return HostsPlan.of(
        HostsText.of(content), Wishes.of(bindings).all(), Precedence.BEFORE_FOREIGN);
  }

  private static Content foreign(Content content) {
    HostsText text = HostsText.of(content);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (HostsText.ForeignLine line : text.foreign()) {
      bytes.write(content.bytes(), line.from(), line.to() - line.from());
    }
    return new Content(bytes.toByteArray());
  }

  private static List<OwnLine> own(Content content) {
    return HostsText.of(content).own().stream().map(HostsText.PlacedLine::line).toList();
  }

  @Provide
  Arbitrary<Content> files() {
    Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
    Arbitrary<byte[]> entries =
        Combinators.combine(
                Arbitraries.of("10.0.0.1", "172.20.0.1", " 172.20.0.2", "fd00::1", "#", "bad"),
                Arbitraries.of(" ", "\t", "  "),
                Arbitraries.of("a.io", "B.io x", "c.io # note", "", "d.io#x"),
                Arbitraries.of("\n", "\r\n", "\r", "", "\n\n"))
            .as((address, space, names, end) -> address + space + names + end)
            .map(text -> text.getBytes(StandardCharsets.US_ASCII));
    Arbitrary<List<byte[]>> parts =
        Arbitraries.frequencyOf(Tuple.of(1, noise), Tuple.of(4, entries)).list().ofMaxSize(12);
    return Combinators.combine(
            parts,
            Arbitraries.of(LOCALHOST, "\n127.0.0.1 localhost".getBytes(StandardCharsets.US_ASCII)),
            Arbitraries.integers().between(0, 12))
        .as((all, localhost, at) -> {
          List<byte[]> ordered = new ArrayList<>(all);
          ordered.add(Math.min(at, ordered.size()), localhost);
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          ordered.forEach(bytes::writeBytes);
          return new Content(bytes.toByteArray());
        });
  }

  @Provide
  Arbitrary<Set<HostBinding>> bindings() {
    return Combinators.combine(
            Arbitraries.of("a", "b", "c-1", "D.d"),
            Arbitraries.of("172.20.0.1", "172.20.0.2", "fd00::1"),
            Arbitraries.of("a.io", "b.io", "c.io", "d.io", "e.io").list().uniqueElements())
        .as((service, address, names) ->
            Bench.binding(service, address, names.toArray(String[]::new)))
        .set()
        .ofMaxSize(6);
  }
}
