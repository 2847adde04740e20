package io.sallyport.plugins.health.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.plugins.health.Peer;
import io.sallyport.plugins.health.Probing;
import io.sallyport.plugins.health.Talker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AgentCheckTest {
  private final Probing probing = new Probing();

  @AfterEach
  void close() {
    probing.close();
  }

  private CheckResult probe(Talker service, int agentPort, String send) {
    return probe(service, agentPort, send, Duration.ofSeconds(20));
  }

  private CheckResult probe(Talker service, int agentPort, String send, Duration timeout) {
    return probing.probe(
        new AgentCheckFactory(),
        new AgentSettings(agentPort, Optional.ofNullable(send)),
        service.address(),
        timeout);
  }

  @Test
  void wordsOfTheAgentBecomeVerdictAndAdvice() throws Exception {
    try (Talker service = Talker.saying("");
        Talker agent = Talker.saying("up 40% maxconn:3 drain\n")) {
      CheckResult result = probe(service, agent.address().getPort(), null);

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_PASSED);
      assertThat(result.info()).isEqualTo("via agent: up 40% maxconn:3 drain");
      assertThat(result.advice().orElseThrow().weightPercent()).hasValue(40);
      assertThat(result.advice().orElseThrow().maxSessions()).hasValue(3);
      assertThat(result.advice().orElseThrow().mode()).contains(EndpointMode.DRAIN);
    }
  }

  @Test
  void agentThatSaysDownFailsTheProbe() throws Exception {
    try (Talker service = Talker.saying("");
        Talker agent = Talker.saying("down # disk full")) {
      CheckResult result = probe(service, agent.address().getPort(), null);

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_WRONG_STATUS);
      assertThat(result.info()).isEqualTo("via agent: down # disk full");
    }
  }

  @Test
  void agentIsToldWhatItWantsToHear() throws Exception {
    try (Talker service = Talker.saying("");
        Talker agent =
            Talker.with((in, out) -> {
              byte[] word = in.readNBytes(4);
              out.write(word[0] == 'i' ? "ready\n".getBytes(StandardCharsets.UTF_8) : word);
            })) {
      assertThat(probe(service, agent.address().getPort(), "icr\n").info())
          .isEqualTo("via agent: ready");
    }
  }

  @Test
  void agentThatCannotBeAskedIsWarnedOfAndNothingElse() throws Exception {
    int gone = Peer.freePort();
    try (Talker service = Talker.saying("");
        Talker mute = Talker.with((in, out) -> in.read())) {
      CheckResult refused = probe(service, gone, null);
      assertThat(refused.status()).isEqualTo(CheckStatus.LAYER4_PASSED);
      assertThat(refused.advice()).isEmpty();
      assertThat(refused.warning())
          .isEqualTo(
              "the agent at port "
                  + gone
                  + " cannot be asked: Layer4 connection problem, Connection refused");
      CheckResult silent = probe(service, mute.address().getPort(), null, Duration.ofSeconds(4));
      assertThat(silent.status()).isEqualTo(CheckStatus.LAYER4_PASSED);
      assertThat(silent.warning()).endsWith(" cannot be asked: Layer7 timeout");
    }
  }

  @Test
  void wordsThatNobodyKnowsAreWarnedOf() throws Exception {
    try (Talker service = Talker.saying("");
        Talker agent = Talker.saying("rebooting 50%\n")) {
      CheckResult result = probe(service, agent.address().getPort(), null);

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_PASSED);
      assertThat(result.warning()).isEqualTo("the agent's words are not known: rebooting");
      assertThat(result.advice().orElseThrow().weightPercent()).hasValue(50);
    }
  }

  @Test
  void endpointThatRefusesIsDownWhateverItsAgentSays() throws Exception {
    Talker service = Talker.saying("");
    service.close();
    try (Talker agent = Talker.saying("up\n")) {
      CheckResult result = probe(service, agent.address().getPort(), null);

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER4_CONNECTION_PROBLEM);
      assertThat(result.info()).isEqualTo("Connection refused");
    }
  }
}
