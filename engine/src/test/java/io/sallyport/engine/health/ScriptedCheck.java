package io.sallyport.engine.health;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.CheckTarget;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.engine.control.FakeControlLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A check whose endpoint behaves as the test says, in the fake loop's time. */
final class ScriptedCheck implements HealthCheck {
  /** How the endpoint behaves. */
  enum Mood {
    ACCEPTS,
    REFUSES,
    /** Answers nothing; the check notices at its time-out. */
    VANISHED,
    /** The check itself never ends. */
    HANGS,
    THROWS,
    FAILS
  }

  private final FakeControlLoop loop;
  private final List<CheckTarget> targets = new ArrayList<>();
  private final List<Long> startedAt = new ArrayList<>();
  private Mood mood = Mood.ACCEPTS;
  private Duration latency = Duration.ofMillis(1);

  ScriptedCheck(FakeControlLoop loop) {
    this.loop = loop;
  }

  void becomes(Mood newMood) {
    mood = newMood;
  }

  void answersAfter(Duration newLatency) {
    latency = newLatency;
  }

  /** All probes begun so far. */
  List<CheckTarget> targets() {
    return targets;
  }

  /** When they began, in milliseconds of the loop's time. */
  List<Long> startedAt() {
    return startedAt;
  }

  @Override
  public CompletionStage<CheckResult> check(CheckTarget target) {
    targets.add(target);
    startedAt.add(Duration.ofNanos(loop.nanos()).toMillis());
    CompletableFuture<CheckResult> stage = new CompletableFuture<>();
    switch (mood) {
      case ACCEPTS -> in(latency, stage, CheckStatus.LAYER4_PASSED, "");
      case REFUSES ->
          in(latency, stage, CheckStatus.LAYER4_CONNECTION_PROBLEM, "Connection refused");
      case VANISHED -> in(target.timeout(), stage, CheckStatus.LAYER4_TIMEOUT, "");
      case HANGS -> {}
      case THROWS -> throw new IllegalStateException("a fault of the plugin");
      case FAILS -> stage.completeExceptionally(new java.io.IOException("no script"));
    }
    return stage;
  }

  private void in(
      Duration delay, CompletableFuture<CheckResult> stage, CheckStatus status, String info) {
    long started = loop.nanos();
    loop.schedule(
        delay,
        () ->
            stage.complete(CheckResult.of(status, Duration.ofNanos(loop.nanos() - started), info)));
  }
}
