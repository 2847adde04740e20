package io.sallyport.testkit;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.ProbeConnector;
import io.sallyport.api.health.ProbeDialogue;
import io.sallyport.api.health.ProbeHearing;
import io.sallyport.api.health.ProbeMove;
import io.sallyport.api.health.ProbeOutcome;
import io.sallyport.api.health.ProbeRequest;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * An endpoint without a network: what it says when a connection stands, and what it answers. Calls
 * the dialogue at once, and completes before it returns. One thread.
 *
 * @since 0.1
 */
public final class FakeProbeConnector implements ProbeConnector {
  private static final int MOST_MOVES = 1000;

  private final boolean listens;
  private final String greeting;
  private final UnaryOperator<String> answers;
  private final List<String> said = new ArrayList<>();

  private FakeProbeConnector(boolean listens, String greeting, UnaryOperator<String> answers) {
    this.listens = listens;
    this.greeting = greeting;
    this.answers = answers;
  }

  /** One that refuses connections. */
  public static FakeProbeConnector refusing() {
    return new FakeProbeConnector(false, "", words -> "");
  }

  /** One that accepts, and says nothing. */
  public static FakeProbeConnector silent() {
    return saying("");
  }

  /** One that speaks first, and says no more. */
  public static FakeProbeConnector saying(String greeting) {
    return new FakeProbeConnector(true, greeting, words -> "");
  }

  /** One that answers what it is told; an empty answer is silence. */
  public static FakeProbeConnector answering(UnaryOperator<String> answers) {
    return new FakeProbeConnector(true, "", answers);
  }

  /** What it was told, in order. */
  public List<String> said() {
    return List.copyOf(said);
  }

  @Override
  public CompletionStage<ProbeOutcome> connect(InetSocketAddress address, Duration timeout) {
    return CompletableFuture.completedFuture(
        listens
            ? new ProbeOutcome.Connected(Duration.ofMillis(1))
            : new ProbeOutcome.Refused(Duration.ofMillis(1), "Connection refused"));
  }

  @Override
  public CompletionStage<CheckResult> converse(ProbeRequest request, ProbeDialogue dialogue) {
    return CompletableFuture.completedFuture(
        listens
            ? held(request, dialogue)
            : CheckResult.of(CheckStatus.LAYER4_CONNECTION_PROBLEM, "Connection refused"));
  }

  private CheckResult held(ProbeRequest request, ProbeDialogue dialogue) {
    try {
      ProbeMove move = dialogue.opened(Optional.empty());
      String heard = greeting;
      boolean told = heard.isEmpty();
      for (int moves = 0; moves < MOST_MOVES; moves++) {
        switch (move) {
          case ProbeMove.Finish(CheckResult found) -> {
            return found;
          }
          case ProbeMove.Say say -> {
            String words = new String(say.bytes(), StandardCharsets.ISO_8859_1);
            said.add(words);
            heard = answers.apply(words);
            told = heard.isEmpty();
            move = dialogue.said();
          }
          case ProbeMove.Listen() -> {
            if (told) {
              return CheckResult.of(CheckStatus.LAYER7_TIMEOUT, "");
            }
            told = true;
            byte[] bytes = heard.getBytes(StandardCharsets.ISO_8859_1);
            boolean over = bytes.length >= request.mostBytes();
            move = dialogue.heard(new ProbeHearing(bytes, over));
          }
        }
      }
      return CheckResult.of(CheckStatus.LAYER7_TIMEOUT, "the dialogue has no end");
    } catch (RuntimeException fault) {
      return CheckResult.of(CheckStatus.SOCKET_ERROR, fault.toString());
    }
  }
}
