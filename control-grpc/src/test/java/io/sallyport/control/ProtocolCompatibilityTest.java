package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.sallyport.control.store.v1.Release;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.NodeState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Agents, operators' tools and replicas of the last release go on understanding this one, and a
 * store that it wrote can be read. The baselines are what that release had; as long as there is
 * none, what is there now.
 */
class ProtocolCompatibilityTest {
  private static final Path RELEASED = Path.of("src/test/resources/released");
  private static final String RENEW = "sallyport.protocol.renew";

  /** The files. */
  enum File {
    CONTROL(AgentMessage.getDescriptor().getFile()),
    OPERATIONS(NodeState.getDescriptor().getFile()),
    STORE(Release.getDescriptor().getFile());

    private final FileDescriptor descriptor;

    File(FileDescriptor descriptor) {
      this.descriptor = descriptor;
    }

    Path baseline() {
      return RELEASED.resolve(name().toLowerCase(Locale.ROOT) + ".txt");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatTheLastReleaseSpokeIsStillUnderstood(File file) throws Exception {
    List<String> now = ProtocolShape.of(file.descriptor);
    if (System.getProperty(RENEW) != null) {
      Files.createDirectories(RELEASED);
      Files.write(file.baseline(), now);
    }
    assertThat(breaks(Files.readAllLines(file.baseline()), now))
        .as(
            "what breaks those that speak the %s of the last release; take it back, reserve the"
                + " numbers of what goes, and give what is new new numbers. Where the protocol is"
                + " to break, it becomes another package (v2). After a release, and as long as"
                + " nothing is released, run this test with -D%s to renew %s",
            file.descriptor.getName(), RENEW, file.baseline())
        .isEmpty();
  }

  @Test
  void whatBreaksIsFound() {
    List<String> then =
        List.of(
            "rpc a.S.Do = a.Q returns stream a.A",
            "message a.Q = there",
            "field a.Q 1 = string name",
            "field a.Q 2 = uint32 size",
            "constant a.Q.Kind 1 = KIND_ONE");
    assertThat(breaks(then, then)).isEmpty();
    List<String> more = new ArrayList<>(then);
    more.add("field a.Q 3 = bool new");
    assertThat(breaks(then, more)).as("what is new breaks nobody").isEmpty();
    assertThat(
            breaks(
                then,
                List.of(
                    "rpc a.S.Do = a.Q returns a.A",
                    "field a.Q 1 = bytes name",
                    "field a.Q 2 = reserved",
                    "field a.Q 4 = uint32 size",
                    "constant a.Q.Kind 1 = KIND_OTHER")))
        .containsExactly(
            "rpc a.S.Do: was a.Q returns stream a.A, is a.Q returns a.A",
            "message a.Q: was there, is gone",
            "field a.Q 1: was string name, is bytes name",
            "constant a.Q.Kind 1: was KIND_ONE, is KIND_OTHER");
    assertThat(breaks(then, List.of()))
        .contains("field a.Q 2: was uint32 size, is gone; reserve the number");
  }

  private static List<String> breaks(List<String> then, List<String> now) {
    Map<String, String> is = new HashMap<>();
    now.forEach(line -> is.put(thing(line), how(line)));
    List<String> breaks = new ArrayList<>();
    for (String line : then) {
      String today = is.get(thing(line));
      boolean field = line.startsWith("field ");
      if (today == null) {
        breaks.add(
            thing(line)
                + ": was "
                + how(line)
                + ", is gone"
                + (field ? "; reserve the number" : ""));
      } else if (!today.equals(how(line)) && !(field && today.equals("reserved"))) {
        breaks.add(thing(line) + ": was " + how(line) + ", is " + today);
      }
    }
    return breaks;
  }

  private static String thing(String line) {
    return line.substring(0, line.indexOf(" = "));
  }

  private static String how(String line) {
    return line.substring(line.indexOf(" = ") + 3);
  }
}
