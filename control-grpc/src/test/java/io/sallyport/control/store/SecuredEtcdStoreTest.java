package io.sallyport.control.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.control.security.TlsFiles;
import io.sallyport.control.security.TlsParts;
import io.sallyport.control.security.TlsParts.Identity;
import io.sallyport.control.security.TrialAuthority;
import io.sallyport.control.security.TrialAuthority.Holder;
import io.sallyport.control.store.EtcdSettings.Tls;
import io.sallyport.control.store.EtcdSettings.User;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store in an etcd that shows a certificate and asks for one, lets a user touch nothing but the
 * keys of the store, and forgets who one is after a second without a request.
 */
class SecuredEtcdStoreTest extends KeyValueStoreContract {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** Of requests that are tried again until then. */
  private static final Duration IN_VAIN = Duration.ofSeconds(2);

  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration FORGOTTEN = Duration.ofMillis(2500);

  @TempDir static Path directory;
  private static TlsFiles client;
  private static EtcdServer etcd;
  private EtcdStore store;

  @BeforeAll
  static void startEtcd() throws Exception {
    TrialAuthority authority =
        TrialAuthority.in(
            directory.resolve("authority"), Path.of(System.getProperty("java.home")), "test");
    Duration day = Duration.ofDays(1);
    TlsFiles server =
        authority.issue(new Holder.Replica("etcd", List.of("127.0.0.1")), "etcd", day);
    client = authority.issue(new Holder.Replica("control-1", List.of()), "control-1", day);
    etcd = EtcdServer.start(directory, server, "--auth-token-ttl=1", "--bcrypt-cost=4");
    etcd.askWho(settings());
  }

  @AfterAll
  static void endEtcd() throws Exception {
    if (etcd != null) {
      etcd.kill();
    }
  }

  private static EtcdSettings settings() {
    return settings(EtcdServer.USER, tls(client.certificate(), client.key()));
  }

  private static Tls tls(Path certificate, Path key) {
    return new Tls(
        new TlsParts(
            Optional.of(client.authorities()), Optional.of(new Identity(certificate, key))),
        LOOK);
  }

  private static EtcdSettings settings(User user, Tls tls) {
    return settings(user, tls, TIMEOUT);
  }

  private static EtcdSettings settings(User user, Tls tls, Duration timeout) {
    return etcd.settings(timeout, Optional.of(user), Optional.of(tls));
  }

  @BeforeEach
  void emptyStore() throws Exception {
    store = EtcdStore.of(settings());
    EtcdServer.empty(store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  KeyValueStore store() {
    return store;
  }

  private static void forgotten() throws InterruptedException {
    Thread.sleep(FORGOTTEN.toMillis());
  }

  @Test
  void whoWasForgottenSaysAgainWhoHeIs() throws Exception {
    Semaphore told = new Semaphore(0);
    store.watch("w/", told::release);
    assertThat(told.tryAcquire(60, SECONDS)).isTrue();
    put(store, "w/1", "1");
    assertThat(told.tryAcquire(60, SECONDS)).isTrue();

    forgotten();
    put(store, "w/1", "2");
    assertThat(told.tryAcquire(60, SECONDS)).as("a watch from before").isTrue();

    forgotten();
    assertThat(of(store.get("w/1")).orElseThrow().value()).isEqualTo(value("2"));

    forgotten();
    Semaphore toldElsewhere = new Semaphore(0);
    store.watch("v/", toldElsewhere::release);
    assertThat(toldElsewhere.tryAcquire(60, SECONDS)).as("a watch begun forgotten").isTrue();
  }

  @Test
  void whatIsPresentStaysSoThoughItsUserIsForgotten() throws Exception {
    try (EtcdStore other = EtcdStore.of(settings())) {
      KeyValueStore.Presence presence = other.present("replica/b", value("here"));
      awaitPresent("here");
      // Longer than the lease, and not written anew: it is renewed. A process that was held up for
      // as long may lose one.
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> {
            Optional<KeyValueStore.Entry> before = of(store.get("replica/b"));
            forgotten();
            return before.isPresent() && of(store.get("replica/b")).equals(before);
          });
      presence.update(value("there"));
      awaitPresent("there");
      forgotten();
      presence.close();
    }
    assertThat(of(store.get("replica/b"))).as("gone at once, not with its lease").isEmpty();
  }

  private void awaitPresent(String text) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> of(store.get("replica/b")).map(KeyValueStore.Entry::value),
            Optional.of(value(text))::equals);
  }

  @Test
  void anEtcdThatStartsAgainIsToldAgainWhoOneIs() throws Exception {
    Semaphore told = new Semaphore(0);
    store.watch("w/", told::release);
    assertThat(told.tryAcquire(60, SECONDS)).isTrue();
    store.present("replica/a", value("here"));

    etcd.kill();
    etcd.start();
    assertThat(told.tryAcquire(60, SECONDS)).as("what may have happened meanwhile").isTrue();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> of(store.get("replica/a")).isPresent());
    told.drainPermits();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> put(store, "w/1", "1"));
    assertThat(told.tryAcquire(60, SECONDS)).isTrue();
  }

  @Test
  void nothingButTheKeysOfTheStoreCanBeTouched() {
    EtcdSettings ours = settings();
    EtcdSettings others =
        new EtcdSettings(
            ours.endpoints(), "/others/", ours.user(), ours.tls(), TIMEOUT, ours.presence());
    try (EtcdStore there = EtcdStore.of(others)) {
      assertRefused(() -> of(there.get("a")), "cannot read a: ", "etcdserver: permission denied");
      assertRefused(() -> put(there, "a", "1"), "cannot write 1 keys", "permission denied");
    }
  }

  @Test
  void aWrongPasswordIsTold() {
    EtcdSettings wrong =
        settings(new User(EtcdServer.USER.name(), "wrong"), settings().tls().orElseThrow());
    try (EtcdStore away = EtcdStore.of(wrong)) {
      assertRefused(
          () -> of(away.get("a")),
          "etcd at https://127.0.0.1:",
          "cannot read a: ",
          "authentication failed, invalid user ID or password");
    }
  }

  @Test
  void whoShowsNoCertificateIsKeptOut() {
    Tls nothingToShow =
        new Tls(new TlsParts(Optional.of(client.authorities()), Optional.empty()), LOOK);
    try (EtcdStore away = EtcdStore.of(settings(EtcdServer.USER, nothingToShow, IN_VAIN))) {
      assertThatThrownBy(() -> of(away.get("a")))
          .hasRootCauseInstanceOf(Exception.class)
          .hasMessageContaining("cannot read a: ");
    }
  }

  @Test
  void anEtcdThatShowsAnotherNameIsNotTrusted() {
    EtcdSettings ours = settings();
    EtcdSettings byName =
        new EtcdSettings(
            List.of(URI.create("https://localhost:" + ours.endpoints().getFirst().getPort())),
            ours.prefix(),
            ours.user(),
            ours.tls(),
            IN_VAIN,
            ours.presence());
    try (EtcdStore away = EtcdStore.of(byName)) {
      assertThatThrownBy(() -> of(away.get("a"))).hasMessageContaining("cannot read a: ");
    }
  }

  @Test
  void aCertificateThatCannotBeReadIsTold() throws Exception {
    Path broken = Files.writeString(directory.resolve("broken.pem"), "no certificate\n");
    assertThatThrownBy(() -> EtcdStore.of(settings(EtcdServer.USER, tls(broken, client.key()))))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith("etcd at https://127.0.0.1:")
        .hasMessageContaining(": the certificates cannot be used (" + broken + ", ");
  }

  @Test
  void aCertificateThatWasRenewedIsShownFromThenOn() throws Exception {
    Path place = Files.createDirectories(directory.resolve("renewed"));
    TlsFiles strangers =
        TrialAuthority.in(
                directory.resolve("strangers"), Path.of(System.getProperty("java.home")), "test")
            .issue(new Holder.Replica("control-1", List.of()), "control-1", Duration.ofDays(1));
    Path certificate = Files.copy(strangers.certificate(), place.resolve("own.pem"));
    Path key = Files.copy(strangers.key(), place.resolve("own.key"));
    try (EtcdStore renewing =
        EtcdStore.of(settings(EtcdServer.USER, tls(certificate, key), IN_VAIN))) {
      Semaphore told = new Semaphore(0);
      renewing.watch("w/", told::release);
      KeyValueStore.Presence presence = renewing.present("replica/b", value("here"));
      assertThatThrownBy(() -> of(renewing.get("a"))).hasMessageContaining("cannot read a: ");
      assertThat(told.availablePermits()).isZero();

      Files.copy(client.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(client.key(), key, StandardCopyOption.REPLACE_EXISTING);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(() -> of(renewing.get("a")).isEmpty());
      assertThat(told.tryAcquire(60, SECONDS)).as("the watch has begun").isTrue();
      awaitPresent("here");
      presence.close();
    }
  }

  private static void assertRefused(ThrowingCallable request, String... parts) {
    assertThatThrownBy(request)
        .hasCauseInstanceOf(StoreException.class)
        .satisfies(refused -> assertThat(refused.getCause().getMessage()).contains(parts));
  }
}
