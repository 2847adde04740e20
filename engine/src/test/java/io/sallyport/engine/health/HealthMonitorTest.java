package io.sallyport.engine.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.engine.control.FakeControlLoop;
import io.sallyport.engine.health.ScriptedCheck.Mood;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthMonitorTest {
  private static final Duration MS_100 = Duration.ofMillis(100);
  private static final InetAddress THERE = Addresses.literal("10.1.2.3").orElseThrow();

  /** Always the middle: no jitter, and the first probe after half of 200 ms. */
  private static final RandomGenerator STEADY = () -> Long.MIN_VALUE;

  /** Always the longest wait. */
  private static final RandomGenerator SLOWEST = () -> -1L;

  private record NoSettings() {}

  /** What the listener heard, with the time in milliseconds. */
  private final class Log implements HealthMonitor.Listener {
    private final List<String> lines = new ArrayList<>();
    private int discarded;

    @Override
    public void checked(HealthMonitor monitor, CheckResult result, Health before, Health after) {
      assertThat(monitor.health()).isEqualTo(after);
      lines.add(now() + " " + after.text());
    }

    @Override
    public void avoidanceChanged(HealthMonitor monitor, String reason) {
      lines.add(now() + (monitor.avoided() ? " avoided: " : " trusted: ") + reason);
    }

    @Override
    public void discarded(HealthMonitor monitor, Duration late) {
      discarded++;
    }

    List<String> drain() {
      List<String> drained = List.copyOf(lines);
      lines.clear();
      return drained;
    }
  }

  private static final int PROBES_AT_ONCE = 256;
  private static final List<HostName> NAMES = List.of(new HostName("icr.io"));

  private final FakeControlLoop loop = new FakeControlLoop();
  private final ScriptedCheck check = new ScriptedCheck(loop);
  private final Log log = new Log();
  private AnswerPath path = loop::execute;
  private ProbeAddress address = new ProbeAddress.Known(THERE);

  private long now() {
    return Duration.ofNanos(loop.nanos()).toMillis();
  }

  private static HealthPolicy policy(
      Duration interval, Duration fast, Duration down, int rise, int fall) {
    return new HealthPolicy(
        new Strategy("tcp", new NoSettings()),
        interval,
        fast,
        down,
        Duration.ofSeconds(3),
        rise,
        fall,
        OptionalInt.empty());
  }

  /** The seed's policy as HAProxy means it: all intervals fall back to 60 s. */
  private static HealthPolicy seed() {
    Duration minute = Duration.ofMinutes(1);
    return policy(minute, minute, minute, 3, 3);
  }

  private static HealthPolicy brisk() {
    return policy(Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofSeconds(5), 3, 3);
  }

  private static Endpoint endpoint(String host, int port) {
    return new Endpoint(
        "z1", host, port, "zone-1", 1, EndpointRole.PRIMARY, EndpointMode.ENABLED, true);
  }

  private HealthMonitor monitor(HealthPolicy policy, RandomGenerator random) {
    return new HealthMonitor(
        "icr",
        () -> NAMES,
        443,
        endpoint("z1-1.private.icr.io", 8443),
        policy,
        check,
        () -> address,
        loop,
        new ProbeBudget(PROBES_AT_ONCE, loop),
        task -> path.then(task),
        random,
        log);
  }

  private HealthMonitor started(HealthPolicy policy, RandomGenerator random) {
    HealthMonitor monitor = monitor(policy, random);
    monitor.start();
    return monitor;
  }

  /** Started, and past its first passing probe, which ended at 101 ms. */
  private HealthMonitor firmlyUp(HealthPolicy policy) {
    HealthMonitor monitor = started(policy, STEADY);
    loop.advance(Duration.ofMillis(500));
    assertThat(log.drain()).containsExactly("101 3/3 UP");
    return monitor;
  }

  @Test
  void seedWithNothingButProbesTakesHaproxysTimes() {
    started(seed(), STEADY);
    loop.advance(Duration.ofSeconds(10));
    check.becomes(Mood.VANISHED);
    loop.advance(Duration.ofMinutes(5));
    check.becomes(Mood.ACCEPTS);
    loop.advance(Duration.ofSeconds(200));

    assertThat(log.drain())
        .containsExactly(
            "101 3/3 UP",
            "63101 2/3 UP",
            "126101 1/3 UP",
            "189101 0/3 DOWN",
            "252101 0/3 DOWN",
            "312102 1/3 DOWN",
            "372103 2/3 DOWN",
            "432104 3/3 UP",
            "492105 3/3 UP");
  }

  @Test
  void fastAndDownIntervalsFollowHaproxysRuleAndAVerdictIsCheckedFast() {
    started(brisk(), STEADY);
    check.becomes(Mood.REFUSES);
    loop.advance(Duration.ofMillis(11_500));
    check.becomes(Mood.ACCEPTS);
    loop.advance(Duration.ofSeconds(70));

    assertThat(log.drain())
        .containsExactly(
            "101 0/3 DOWN", // one failure from 1/3 UP
            "1102 0/3 DOWN", // fast, since the verdict has changed
            "6103 0/3 DOWN", // down interval
            "11104 0/3 DOWN",
            "16105 1/3 DOWN",
            "17106 2/3 DOWN", // fast, while it is changing
            "18107 3/3 UP",
            "19108 3/3 UP", // fast, since the verdict has changed
            "79109 3/3 UP");
  }

  @Test
  void firstProbeComesWithin200Ms() {
    started(seed(), SLOWEST);
    loop.advance(Duration.ofMillis(201));

    assertThat(log.drain()).hasSize(1);
  }

  @Test
  void intervalsVaryByATenthAndAreCountedFromTheEndOfAProbe() {
    check.answersAfter(Duration.ofMillis(500));
    started(
        policy(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(5), 3, 3),
        new Random(3));
    loop.advance(Duration.ofHours(3));

    List<Long> started = check.startedAt();
    List<Long> gaps = new ArrayList<>();
    for (int i = 2; i < started.size(); i++) {
      gaps.add(started.get(i) - started.get(i - 1) - 500);
    }
    assertThat(gaps).hasSizeGreaterThan(900).allMatch(gap -> gap >= 8_999 && gap <= 11_001);
    assertThat(gaps.stream().mapToLong(gap -> gap).min().orElseThrow()).isLessThan(9_100);
    assertThat(gaps.stream().mapToLong(gap -> gap).max().orElseThrow()).isGreaterThan(10_900);
  }

  @Test
  void refusedConnectOnTheSeedBringsTheEndpointDownWithinTwoSeconds() {
    HealthMonitor monitor = firmlyUp(seed());
    check.becomes(Mood.REFUSES);
    loop.advance(Duration.ofMillis(9_500));
    monitor.connectFailed("Connection refused");
    assertThat(monitor.avoided()).isTrue();
    loop.advance(Duration.ofSeconds(3));

    assertThat(log.drain())
        .containsExactly(
            "10000 avoided: Connection refused", "10001 2/3 UP", "10901 1/3 UP", "11801 0/3 DOWN");
  }

  @Test
  void blackHoleOnTheSeedBringsTheEndpointDownWithinThreeSeconds() {
    HealthMonitor monitor = firmlyUp(seed());
    check.becomes(Mood.VANISHED);
    loop.advance(Duration.ofMillis(9_500));
    monitor.connectSlow();
    loop.advance(Duration.ofSeconds(3));

    assertThat(log.drain())
        .containsExactly(
            "10000 avoided: no answer to a connection attempt yet",
            "10750 2/3 UP",
            "11650 1/3 UP",
            "12550 0/3 DOWN");
    assertThat(check.targets().getLast().timeout()).isEqualTo(Duration.ofMillis(750));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void deadEndpointIsDownWithinThreeSecondsWhateverTheJitter(int fall) {
    Duration minute = Duration.ofMinutes(1);
    HealthMonitor monitor = started(policy(minute, minute, minute, 2, fall), SLOWEST);
    loop.advance(Duration.ofSeconds(30));
    assertThat(monitor.health().footing()).isEqualTo(Health.Footing.FIRM_UP);
    check.becomes(Mood.VANISHED);
    monitor.connectFailed("Connection timed out");
    loop.advance(Duration.ofMillis(2_900));

    assertThat(monitor.health().up()).isFalse();
  }

  @Test
  void routineProbeUnderWayIsCutShortByADoubt() {
    HealthMonitor monitor = firmlyUp(seed());
    check.becomes(Mood.VANISHED);
    loop.advance(Duration.ofMinutes(1)); // until 60.5 s; the probe began at 60.101 s
    assertThat(log.drain()).isEmpty();
    monitor.connectFailed("Connection timed out");
    loop.advance(Duration.ofSeconds(3));

    assertThat(log.drain())
        .containsExactly(
            "60500 avoided: Connection timed out",
            "61250 2/3 UP", // 750 ms after the doubt instead of 3 s after its own start
            "62100 1/3 UP", // 100 ms later, and 750 ms
            "63000 0/3 DOWN"); // a slot of 900 ms after the start of the one before
    assertThat(monitor.lastResult().orElseThrow().status()).isEqualTo(CheckStatus.LAYER4_TIMEOUT);
  }

  @Test
  void manyFailedConnectsAtOnceAreOneReasonToProbe() {
    HealthMonitor monitor = firmlyUp(seed());
    check.becomes(Mood.REFUSES);
    int before = check.targets().size();
    for (int i = 0; i < 500; i++) {
      monitor.connectFailed("Connection refused");
      loop.advance(Duration.ofMillis(1));
    }

    assertThat(check.targets()).hasSize(before + 1);
    loop.advance(Duration.ofSeconds(2));
    assertThat(log.drain())
        .containsExactly(
            "500 avoided: Connection refused", "501 2/3 UP", "1401 1/3 UP", "2301 0/3 DOWN");
  }

  @Test
  void passingProbeThatStartedAfterTheBadNewsClearsTheDoubt() {
    HealthMonitor monitor = firmlyUp(seed());
    monitor.connectFailed("Connection reset by peer");
    loop.advance(Duration.ofSeconds(70));

    assertThat(log.drain())
        .containsExactly(
            "500 avoided: Connection reset by peer",
            "501 3/3 UP",
            "501 trusted: a probe passed",
            "60502 3/3 UP"); // back to the minute
  }

  @Test
  void passingProbeThatStartedBeforeTheBadNewsSaysNothingAboutIt() {
    check.answersAfter(Duration.ofMillis(200));
    HealthMonitor monitor = started(seed(), STEADY);
    loop.advance(Duration.ofMillis(200)); // the first probe began at 100 ms
    monitor.connectFailed("Connection refused");
    loop.advance(Duration.ofMillis(150));
    assertThat(log.drain()).containsExactly("200 avoided: Connection refused", "300 3/3 UP");
    assertThat(monitor.avoided()).isTrue();
    loop.advance(Duration.ofSeconds(1));

    assertThat(log.drain()).containsExactly("600 3/3 UP", "600 trusted: a probe passed");
  }

  @Test
  void liveSessionThatConnectsClearsTheDoubt() {
    HealthMonitor monitor = firmlyUp(seed());
    check.becomes(Mood.HANGS);
    monitor.connectSlow();
    loop.advance(MS_100);
    monitor.connected();

    assertThat(monitor.avoided()).isFalse();
    assertThat(log.drain())
        .containsExactly(
            "500 avoided: no answer to a connection attempt yet",
            "600 trusted: a session connected");
  }

  @Test
  void goodAndBadNewsInTurnProbeTenTimesASecondAtMost() {
    HealthMonitor monitor = firmlyUp(seed());
    int before = check.targets().size();
    for (int i = 0; i < 1_000; i++) {
      monitor.connectFailed("Connection refused");
      monitor.connected();
      loop.advance(Duration.ofMillis(1));
    }

    assertThat(check.targets().size() - before).isBetween(8, 10);
  }

  @Test
  void doubtAboutAnEndpointThatIsDownAddsNoProbe() {
    check.becomes(Mood.REFUSES);
    HealthMonitor monitor = started(seed(), STEADY);
    loop.advance(Duration.ofSeconds(1));
    monitor.connectFailed("Connection refused");
    loop.advance(Duration.ofSeconds(50));

    assertThat(check.targets()).hasSize(1);
    assertThat(monitor.avoided()).isTrue();
  }

  @Test
  void endpointThatIsDownAndServesASessionReturnsQuicklyYetRisesProperly() {
    check.becomes(Mood.REFUSES);
    HealthMonitor monitor = started(seed(), STEADY);
    loop.advance(Duration.ofSeconds(10));
    assertThat(log.drain()).containsExactly("101 0/3 DOWN");
    check.becomes(Mood.ACCEPTS);
    monitor.connected();
    loop.advance(Duration.ofSeconds(2));

    assertThat(log.drain()).containsExactly("10001 1/3 DOWN", "10252 2/3 DOWN", "10503 3/3 UP");
  }

  @Test
  void failedProbeEndsTheQuickReturn() {
    check.becomes(Mood.REFUSES);
    HealthMonitor monitor = started(seed(), STEADY);
    loop.advance(Duration.ofSeconds(10));
    log.drain();
    monitor.connected();
    loop.advance(Duration.ofSeconds(30));
    assertThat(log.drain()).containsExactly("10001 0/3 DOWN");
    for (int i = 0; i < 1_000; i++) {
      monitor.connected();
      loop.advance(Duration.ofMillis(1));
    }

    assertThat(log.drain()).hasSizeBetween(8, 10);
  }

  @Test
  void slowEndpointIsGivenTimeAccordingly() {
    check.answersAfter(Duration.ofMillis(600));
    HealthMonitor monitor = started(seed(), STEADY);
    loop.advance(Duration.ofSeconds(2));
    monitor.connectSlow();
    loop.advance(Duration.ofSeconds(2));

    assertThat(check.targets().getLast().timeout()).isEqualTo(Duration.ofMillis(1800));
    assertThat(log.drain())
        .containsExactly(
            "700 3/3 UP",
            "2000 avoided: no answer to a connection attempt yet",
            "2600 3/3 UP",
            "2600 trusted: a probe passed");
  }

  @Test
  void policyWithAShortTimeoutKeepsItWhileInDoubt() {
    HealthPolicy policy =
        new HealthPolicy(
            new Strategy("tcp", new NoSettings()),
            Duration.ofSeconds(2),
            Duration.ofMillis(200),
            Duration.ofSeconds(2),
            Duration.ofMillis(300),
            2,
            2,
            OptionalInt.empty());
    HealthMonitor monitor = started(policy, STEADY);
    loop.advance(Duration.ofSeconds(1));
    log.drain();
    check.becomes(Mood.VANISHED);
    monitor.connectFailed("Connection timed out");
    loop.advance(Duration.ofSeconds(1));

    assertThat(log.drain())
        .containsExactly("1000 avoided: Connection timed out", "1300 1/2 UP", "1800 0/2 DOWN");
  }

  @Test
  void checkThatNeverEndsCountsAsTimedOut() {
    check.becomes(Mood.HANGS);
    HealthMonitor monitor = started(seed(), STEADY);
    loop.advance(Duration.ofSeconds(5));

    assertThat(log.drain()).containsExactly("3350 0/3 DOWN");
    CheckResult result = monitor.lastResult().orElseThrow();
    assertThat(result.status()).isEqualTo(CheckStatus.LAYER4_TIMEOUT);
    assertThat(result.info()).isEqualTo("no result within 3250 ms");
  }

  @Test
  void resultThatComesAfterTheTimeoutIsIgnored() {
    check.answersAfter(Duration.ofSeconds(4));
    started(seed(), STEADY);
    loop.advance(Duration.ofSeconds(6));

    assertThat(log.drain()).containsExactly("3350 0/3 DOWN");
  }

  @Test
  void checkThatThrowsCountsAsSocketError() {
    check.becomes(Mood.THROWS);
    HealthMonitor monitor = started(seed(), STEADY);
    loop.advance(Duration.ofSeconds(1));

    assertThat(log.drain()).containsExactly("100 0/3 DOWN");
    CheckResult result = monitor.lastResult().orElseThrow();
    assertThat(result.status()).isEqualTo(CheckStatus.SOCKET_ERROR);
    assertThat(result.info()).isEqualTo("IllegalStateException: a fault of the plugin");
  }

  @Test
  void checkThatFailsCountsAsSocketError() {
    check.becomes(Mood.FAILS);
    HealthMonitor monitor = started(seed(), STEADY);
    loop.advance(Duration.ofSeconds(1));

    assertThat(monitor.lastResult().orElseThrow().info()).isEqualTo("IOException: no script");
  }

  @Test
  void lateLoopDiscardsItsTimeOutsAndRepeatsTheProbe() {
    HealthMonitor monitor = firmlyUp(brisk());
    check.becomes(Mood.HANGS);
    loop.advance(Duration.ofMinutes(1)); // a probe is under way since 60.101 s
    loop.stall(Duration.ofSeconds(20));

    assertThat(monitor.health().text()).isEqualTo("3/3 UP");
    assertThat(log.discarded).isEqualTo(1);
    check.becomes(Mood.ACCEPTS);
    loop.advance(Duration.ofSeconds(1));
    assertThat(log.drain()).containsExactly("80601 3/3 UP");
  }

  @Test
  void lateTimeOutToldByTheCheckIsDiscardedToo() {
    firmlyUp(brisk());
    check.becomes(Mood.VANISHED);
    loop.advance(Duration.ofMinutes(1));
    loop.stall(Duration.ofSeconds(20));
    check.becomes(Mood.ACCEPTS);
    loop.advance(Duration.ofSeconds(1));

    assertThat(log.discarded).isEqualTo(1);
    assertThat(log.drain()).containsExactly("80601 3/3 UP");
  }

  @Test
  void answerThatCameInDuringAStallCounts() {
    firmlyUp(brisk());
    check.answersAfter(Duration.ofMillis(2_900));
    loop.advance(Duration.ofMinutes(1));
    loop.stall(Duration.ofSeconds(20));

    assertThat(log.discarded).isZero();
    assertThat(log.drain()).containsExactly("80500 3/3 UP");
  }

  @Test
  void busyNodeDoesNotEmptyItsPool() {
    HealthMonitor monitor = firmlyUp(brisk());
    check.becomes(Mood.HANGS);
    for (int i = 0; i < 100; i++) {
      loop.stall(Duration.ofSeconds(61));
    }

    assertThat(monitor.health().text()).isEqualTo("3/3 UP");
    assertThat(log.discarded).isGreaterThan(30);
  }

  @Test
  void starvedThreadsThatAnswersComeThroughDoNotJudge() {
    HealthMonitor monitor = firmlyUp(brisk());
    // The loop is never late, but what the endpoint says is heard after two seconds only.
    path = task -> loop.schedule(Duration.ofSeconds(2), task);
    check.becomes(Mood.VANISHED);
    loop.advance(Duration.ofMinutes(10));
    assertThat(monitor.health().text()).isEqualTo("3/3 UP");
    assertThat(log.discarded).isGreaterThan(90);
    assertThat(log.drain()).isEmpty();

    path = loop::execute;
    loop.advance(Duration.ofSeconds(15));
    assertThat(monitor.health().text()).isEqualTo("0/3 DOWN");
  }

  @Test
  void checkThatNeverEndsDoesNotCountEitherWhileItsThreadsAreStarved() {
    HealthMonitor monitor = firmlyUp(brisk());
    path = task -> loop.schedule(MS_100.plusMillis(1), task);
    check.becomes(Mood.HANGS);
    loop.advance(Duration.ofMinutes(10));
    assertThat(monitor.health().text()).isEqualTo("3/3 UP");

    path = task -> loop.schedule(MS_100, task);
    loop.advance(Duration.ofSeconds(15));
    assertThat(monitor.health().text()).isEqualTo("0/3 DOWN");
  }

  @Test
  void answerThatComesWhileTheThreadsAreWaitedForCounts() {
    firmlyUp(brisk());
    path = task -> loop.schedule(Duration.ofSeconds(2), task);
    check.answersAfter(Duration.ofMillis(4_500));
    loop.advance(
        Duration.ofSeconds(65)); // the probe began at 60.101 s, its time was over at 63.351

    assertThat(log.discarded).isZero();
    assertThat(log.drain()).containsExactly("64601 3/3 UP");
  }

  @Test
  void refusalsCountHoweverStarvedTheNodeIs() {
    HealthMonitor monitor = firmlyUp(brisk());
    path = task -> loop.schedule(Duration.ofSeconds(2), task);
    check.becomes(Mood.REFUSES);
    loop.advance(Duration.ofSeconds(65));

    assertThat(monitor.health().text()).isEqualTo("0/3 DOWN");
  }

  @Test
  void stuckThreadKeepsNoEndpointFromBeingJudgedForEver() {
    HealthMonitor monitor = firmlyUp(brisk());
    path = task -> {};
    check.becomes(Mood.VANISHED);
    loop.advance(Duration.ofSeconds(110));

    assertThat(log.drain()).containsExactly("73101 2/3 UP", "87101 1/3 UP", "101101 0/3 DOWN");
    assertThat(monitor.health().up()).isFalse();
  }

  @Test
  void wholeNodeThatStandsStillWhileThreadsAreWaitedForDoesNotJudge() {
    HealthMonitor monitor = firmlyUp(brisk());
    path = task -> {};
    check.becomes(Mood.VANISHED);
    loop.advance(Duration.ofSeconds(64)); // timed out at 63.101 s
    loop.stall(Duration.ofMinutes(5));

    assertThat(monitor.health().text()).isEqualTo("3/3 UP");
    assertThat(log.discarded).isEqualTo(1);
  }

  @Test
  void unresolvedHostIsNotProbedUntilTheResolverHasSpoken() {
    address = new ProbeAddress.Pending();
    HealthMonitor monitor = started(seed(), STEADY);
    loop.advance(Duration.ofSeconds(90));
    assertThat(check.targets()).isEmpty();
    assertThat(monitor.proven()).isFalse();

    address = new ProbeAddress.Known(THERE);
    monitor.addressChanged();
    loop.advance(MS_100);
    assertThat(log.drain()).containsExactly("90001 3/3 UP");
  }

  @Test
  void hostThatHasNoAddressCountsAsSocketError() {
    address = new ProbeAddress.Unknown("NXDOMAIN");
    HealthMonitor monitor = started(seed(), STEADY);
    loop.advance(Duration.ofSeconds(1));

    assertThat(log.drain()).containsExactly("100 0/3 DOWN");
    CheckResult result = monitor.lastResult().orElseThrow();
    assertThat(result.status()).isEqualTo(CheckStatus.SOCKET_ERROR);
    assertThat(result.info()).isEqualTo("no address: NXDOMAIN");
    assertThat(check.targets()).isEmpty();
  }

  @Test
  void newAddressIsProbedAtOnceAndTheOldOnesResultIsForgotten() {
    check.becomes(Mood.VANISHED);
    HealthMonitor monitor = started(seed(), STEADY);
    loop.advance(Duration.ofSeconds(1));
    address = new ProbeAddress.Known(Addresses.literal("10.1.2.4").orElseThrow());
    check.becomes(Mood.ACCEPTS);
    monitor.addressChanged();
    loop.advance(Duration.ofSeconds(10));

    assertThat(log.drain()).containsExactly("1101 3/3 UP");
    assertThat(check.targets().getLast().address().getAddress().getHostAddress())
        .isEqualTo("10.1.2.4");
  }

  @Test
  void probesTheEndpointsPortUnlessThePolicyNamesAnother() {
    HealthMonitor monitor = firmlyUp(seed());
    assertThat(check.targets().getLast().address().getPort()).isEqualTo(8443);
    assertThat(check.targets().getLast().host()).isEqualTo("z1-1.private.icr.io");
    assertThat(check.targets().getLast().endpoint()).isEqualTo("z1");
    assertThat(check.targets().getLast().service()).isEqualTo("icr");

    HealthPolicy seed = seed();
    HealthPolicy other =
        new HealthPolicy(
            seed.check(),
            seed.interval(),
            seed.fastInterval(),
            seed.downInterval(),
            seed.timeout(),
            3,
            3,
            OptionalInt.of(9000));
    monitor.update(monitor.endpoint(), other, check);
    loop.advance(MS_100);
    assertThat(check.targets().getLast().address().getPort()).isEqualTo(9000);
  }

  @Test
  void updateKeepsHealthAndBringsTheNextProbeForward() {
    HealthMonitor monitor = firmlyUp(seed());
    monitor.update(
        monitor.endpoint(),
        policy(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(2), 2, 5),
        check);
    assertThat(monitor.health().text()).isEqualTo("5/5 UP");
    loop.advance(Duration.ofSeconds(3));

    assertThat(log.drain()).containsExactly("2501 5/5 UP");
  }

  @Test
  void updateThatChangesNothingMovesNoProbe() {
    HealthMonitor monitor = firmlyUp(seed());
    for (int i = 0; i < 200; i++) {
      monitor.update(monitor.endpoint(), seed(), check);
      loop.advance(Duration.ofMillis(100));
    }
    assertThat(check.targets()).hasSize(1);
    loop.advance(Duration.ofSeconds(45));
    assertThat(log.drain()).containsExactly("60102 3/3 UP");
  }

  @Test
  void stoppedMonitorLeavesNothingBehind() {
    ProbeBudget budget = new ProbeBudget(1, loop);
    HealthMonitor monitor =
        new HealthMonitor(
            "icr",
            () -> NAMES,
            443,
            endpoint("10.1.2.3", 443),
            seed(),
            check,
            () -> address,
            loop,
            budget,
            path,
            STEADY,
            log);
    monitor.start();
    monitor.stop();
    assertThat(loop.pending()).isZero();

    monitor.start();
    check.becomes(Mood.HANGS);
    loop.advance(Duration.ofSeconds(1));
    assertThat(budget.underWay()).isEqualTo(1);
    monitor.stop();
    assertThat(loop.pending()).isZero();
    assertThat(budget.underWay()).isZero();
    monitor.connectFailed("Connection refused");
    monitor.addressChanged();
    loop.advance(Duration.ofSeconds(200));
    assertThat(log.drain()).containsExactly("1000 avoided: Connection refused");
  }

  @Test
  void listenerMayStopTheMonitorThatCallsIt() {
    List<String> heard = new ArrayList<>();
    HealthMonitor monitor =
        new HealthMonitor(
            "icr",
            () -> NAMES,
            443,
            endpoint("10.1.2.3", 443),
            brisk(),
            check,
            () -> address,
            loop,
            new ProbeBudget(1, loop),
            path,
            STEADY,
            new HealthMonitor.Listener() {
              @Override
              public void checked(
                  HealthMonitor source, CheckResult result, Health before, Health after) {
                heard.add(after.text());
                source.stop();
              }

              @Override
              public void avoidanceChanged(HealthMonitor source, String reason) {}

              @Override
              public void discarded(HealthMonitor source, Duration late) {}
            });
    monitor.start();
    loop.advance(Duration.ofMinutes(5));

    assertThat(heard).containsExactly("3/3 UP");
    assertThat(loop.pending()).isZero();
  }

  @Test
  void noteworthyIsWhatHaproxyLogs() {
    HealthMonitor monitor = firmlyUp(brisk());
    assertThat(monitor.noteworthy()).isTrue();
    loop.advance(Duration.ofMinutes(1));
    assertThat(monitor.noteworthy()).isFalse();

    check.becomes(Mood.REFUSES);
    loop.advance(Duration.ofSeconds(66));
    assertThat(monitor.health().text()).isEqualTo("0/3 DOWN");
    loop.advance(Duration.ofSeconds(6));
    assertThat(monitor.noteworthy()).isFalse();
    check.becomes(Mood.VANISHED);
    loop.advance(Duration.ofSeconds(8));
    assertThat(monitor.health().text()).isEqualTo("0/3 DOWN");
    assertThat(monitor.noteworthy()).isTrue();
  }

  @Test
  void tenThousandEndpointsShareTheBudgetAndAreAllProvenSoon() {
    ProbeBudget budget = new ProbeBudget(PROBES_AT_ONCE, loop);
    AtomicInteger most = new AtomicInteger();
    AtomicInteger proven = new AtomicInteger();
    Random random = new Random(11);
    check.answersAfter(Duration.ofMillis(20));
    HealthMonitor.Listener counting =
        new HealthMonitor.Listener() {
          @Override
          public void checked(
              HealthMonitor source, CheckResult result, Health before, Health after) {
            proven.incrementAndGet();
            most.accumulateAndGet(budget.underWay(), Math::max);
          }

          @Override
          public void avoidanceChanged(HealthMonitor source, String reason) {}

          @Override
          public void discarded(HealthMonitor source, Duration late) {}
        };
    for (int i = 0; i < 10_000; i++) {
      new HealthMonitor(
              "s" + i,
              () -> NAMES,
              443,
              endpoint("10.1.2.3", 443),
              seed(),
              check,
              () -> address,
              loop,
              budget,
              path,
              random,
              counting)
          .start();
    }
    loop.advance(Duration.ofSeconds(1));

    assertThat(proven).hasValue(10_000);
    assertThat(most.get()).isBetween(200, PROBES_AT_ONCE);
  }
}
