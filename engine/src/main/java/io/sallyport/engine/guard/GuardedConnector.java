package io.sallyport.engine.guard;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.ProbeConnector;
import io.sallyport.api.health.ProbeDialogue;
import io.sallyport.api.health.ProbeHearing;
import io.sallyport.api.health.ProbeMove;
import io.sallyport.api.health.ProbeOutcome;
import io.sallyport.api.health.ProbePeer;
import io.sallyport.api.health.ProbeRequest;
import io.sallyport.api.health.ProbeTls;
import io.sallyport.engine.guard.PluginFaults.Owner;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A connector whose dialogues are watched, for one type of check. */
record GuardedConnector(Owner owner, ProbeConnector connector, Guards guards)
    implements ProbeConnector {
  private static final String NOT_BEGUN = "an earlier dialogue of this check has not returned";

  @Override
  public CompletionStage<ProbeOutcome> connect(InetSocketAddress address, Duration timeout) {
    return connector.connect(address, timeout);
  }

  @Override
  public CompletionStage<CheckResult> converse(ProbeRequest request, ProbeDialogue dialogue) {
    if (guards.dialogues().stuck(owner)) {
      return CompletableFuture.completedFuture(CheckResult.of(CheckStatus.SOCKET_ERROR, NOT_BEGUN));
    }
    guards.faults().owns(owner, dialogue);
    return connector.converse(request, new Watched(this, dialogue));
  }

  @Override
  public ProbeConnector from(InetAddress source) {
    return new GuardedConnector(owner, connector.from(source), guards);
  }

  @Override
  public void prepare(ProbeTls tls) {
    connector.prepare(tls);
  }

  private ProbeMove watched(Supplier<ProbeMove> thought) {
    // Others may have begun to wait before the first was found to hang.
    return guards.dialogues().stuck(owner)
        ? ProbeMove.finish(CheckStatus.SOCKET_ERROR, NOT_BEGUN)
        : guards.call(owner, () -> guards.dialogues().during(owner, thought));
  }

  /** A dialogue that goes through the watch. */
  private record Watched(GuardedConnector guard, ProbeDialogue dialogue) implements ProbeDialogue {
    @Override
    public ProbeMove opened(Optional<ProbePeer> peer) {
      return guard.watched(() -> dialogue.opened(peer));
    }

    @Override
    public ProbeMove said() {
      return guard.watched(dialogue::said);
    }

    @Override
    public ProbeMove heard(ProbeHearing hearing) {
      return guard.watched(() -> dialogue.heard(hearing));
    }
  }
}
