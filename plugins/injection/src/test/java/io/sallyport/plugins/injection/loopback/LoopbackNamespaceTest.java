package io.sallyport.plugins.injection.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * The injector against the real kernel, each case in a network namespace of its own and witnessed
 * by ip(8). What happens in each is in {@link LoopbackScenarios}, in a method of the same name.
 */
class LoopbackNamespaceTest {
  @TempDir Path directory;

  private String name = "";

  @BeforeEach
  void namespacesExist(TestInfo test) throws IOException, InterruptedException {
    Namespaces.required();
    name = test.getTestMethod().orElseThrow().getName();
  }

  @Test
  void ownsAndWithdrawsAddressesOfBothFamilies() throws Exception {
    play();
  }

  @Test
  void whatWasThereBeforeIsUsedAndKept() throws Exception {
    play();
  }

  @Test
  void anAddressOfAnotherLinkIsRefused() throws Exception {
    play();
  }

  @Test
  void aFlushIsNoticedAndRepaired() throws Exception {
    play();
  }

  @Test
  void ourOwnChangesAreNoDrift() throws Exception {
    play();
  }

  @Test
  void loopbackThatIsDownIsToldAndItsReturnNoticed() throws Exception {
    play();
  }

  @Test
  void withoutPrivilegeTheRemedyIsTold() throws Exception {
    play();
  }

  @Test
  void switchedOffIpv6IsTold() throws Exception {
    play();
  }

  @Test
  void aRestartRecognisesItsAddresses() throws Exception {
    play();
  }

  @Test
  void aKillBetweenRecordAndAdditionDisownsNobody() throws Exception {
    play();
  }

  @Test
  void killsAtAnyMomentLeaveNothingBehind() throws Exception {
    play();
  }

  @Test
  void anUnwritableRecordRefusesAdditions() throws Exception {
    play();
  }

  @Test
  void aLinkOfItsOwnComesAndGoes() throws Exception {
    play();
  }

  @Test
  void aLinkOfAnotherOneIsLeftAlone() throws Exception {
    play();
  }

  @Test
  void addressesMoveToAnotherLink() throws Exception {
    play();
  }

  @Test
  void answersLostInTheSocketAreAskedForAgain() throws Exception {
    play();
  }

  @Test
  void closingLeavesNoThreadAndNoDescriptor() throws Exception {
    play();
  }

  @Test
  void previewSaysWhatWouldBeDoneAndDoesNothing() throws Exception {
    play();
  }

  @Test
  void tenThousandAddressesComeAndGo(TestReporter reporter) throws Exception {
    String output = play();
    assertThat(output).contains("10000 added in");
    reporter.publishEntry("10,000 addresses", output.strip());
  }

  private String play() throws IOException, InterruptedException {
    return Namespaces.scenario(name, directory);
  }
}
