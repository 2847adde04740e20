package io.sallyport.control.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.MetricRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.sallyport.control.security.TrialAuthority.Holder;
import io.sallyport.control.v1.OperationsGrpc;
import io.sallyport.control.v1.WhoAmIReply;
import io.sallyport.control.v1.WhoAmIRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in, over real TLS: with whose certificate, with which token, and how often. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecurityTest {
  private static final Duration YEAR = Duration.ofDays(365);
  private static final Duration LOOKS = Duration.ofMillis(50);
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir private static Path home;
  private TrialAuthority authority;
  private TlsFiles ours;
  private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong nanos = new AtomicLong();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private AuditLog audit;
  private Path auditFile;
  private Server server;
  private ReloadingTls serverTls;

  @BeforeAll
  void issue() {
    authority = authority("ours");
    ours =
        authority.issue(
            new Holder.Replica("cp-1", List.of("127.0.0.1", "cp.example")), "cp-1", YEAR);
  }

  @BeforeEach
  void serve() throws Exception {
    Path folder = Files.createTempDirectory(home, "test");
    auditFile = folder.resolve("audit.log");
    audit = AuditLog.open(auditFile, 1 << 20, 2, () -> NOON);
    Path tokens = folder.resolve("tokens");
    Files.writeString(tokens, "# ours\nrobot editor " + Tokens.digest("secret-1") + "\n");
    serverTls = ReloadingTls.server(ours, LOOKS, looks);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
            .sslContext(serverTls.serverContext(ClientAuth.OPTIONAL))
            .addService(
                ServerInterceptors.intercept(
                    new Whoami(),
                    new PeerLimits(
                        new PeerLimits.Limits(5, 1, 3), nanos::get, audit, new MetricRegistry()),
                    new CallerInterceptor(
                        new CallerInterceptor.Proof.Credentials(
                            new Identities("sallyport"),
                            new Tokens(Optional.of(tokens), nanos::get)),
                        audit,
                        Set.of(),
                        nanos::get)))
            .build()
            .start();
  }

  @AfterEach
  void end() throws Exception {
    for (ManagedChannel channel : channels) {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
    channels.clear();
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    serverTls.close();
    audit.close();
  }

  @AfterAll
  void endLooks() {
    looks.shutdownNow();
  }

  @Test
  void certificateSaysWhoCalls() {
    assertThat(whoAmI(tls(new Holder.Node("node-7")))).isEqualTo("Node[name=node-7]");
    assertThat(whoAmI(tls(new Holder.Operator("ann", Role.VIEWER))))
        .isEqualTo("Operator[name=ann, role=VIEWER]");
    assertThat(whoAmI(tls(new Holder.Replica("cp-2", List.of())))).isEqualTo("Replica[name=cp-2]");
  }

  @Test
  void tokenSaysWhoCallsWhereThereIsNoCertificate() {
    assertThat(withToken("secret-1")).isEqualTo("Operator[name=robot, role=EDITOR]");
    assertThatThrownBy(() -> withToken("secret-2"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused -> {
              assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
              assertThat(refused).hasMessageContaining("the bearer token is not known");
            });
    assertThat(auditFile)
        .content()
        .contains("\"kind\":\"anyone\"")
        .contains("\"action\":\"sallyport.control.v1.Operations/WhoAmI\"")
        .contains("\"outcome\":\"refused: the bearer token is not known\"")
        .doesNotContain("secret");
  }

  @Test
  void whoeverShowsNothingIsRefused() {
    assertThatThrownBy(() -> whoAmI(channel(trusting(authority))))
        .hasMessageContaining("neither a certificate nor a bearer token was shown");
  }

  @Test
  void strangersCannotFillTheAuditLog() throws Exception {
    ManagedChannel stranger = channel(trusting(authority));
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> whoAmI(stranger)).hasMessageContaining("UNAUTHENTICATED");
    }
    assertThat(Files.readAllLines(auditFile)).hasSize(1);

    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThatThrownBy(() -> whoAmI(stranger)).hasMessageContaining("UNAUTHENTICATED");
    assertThat(Files.readAllLines(auditFile).getLast())
        .contains("(and 19 calls more since the last such line)");
  }

  @Test
  void certificateOfAnotherAuthorityIsRefused() {
    TrialAuthority other = authority("other");
    TlsFiles foreign = other.issue(new Holder.Node("node-7"), "foreign", YEAR);
    TlsFiles files = new TlsFiles(foreign.certificate(), foreign.key(), authority.certificate());

    try (ReloadingTls tls = ReloadingTls.client(files, LOOKS, looks)) {
      assertThatThrownBy(() -> whoAmI(channel(tls.clientContext())))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              refused ->
                  assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }
  }

  @Test
  void identityOfAnotherTrustDomainIsRefused() {
    TrialAuthority elsewhere =
        TrialAuthority.in(
            home.resolve("ours"), Path.of(System.getProperty("java.home")), "elsewhere");
    TlsFiles files = elsewhere.issue(new Holder.Node("node-7"), "elsewhere", YEAR);

    try (ReloadingTls tls = ReloadingTls.client(files, LOOKS, looks)) {
      assertThatThrownBy(() -> whoAmI(channel(tls.clientContext())))
          .hasMessageContaining(
              "spiffe://elsewhere/node/node-7 is not of the trust domain sallyport");
    }
  }

  @Test
  void serverUnderAnotherNameIsNotTrustedByAClient() {
    TlsFiles files = authority.issue(new Holder.Node("node-8"), "node-8", YEAR);
    try (ReloadingTls tls = ReloadingTls.client(files, LOOKS, looks)) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.2", server.getPort())
              .overrideAuthority("another.example")
              .sslContext(tls.clientContext())
              .build();
      channels.add(channel);
      assertThatThrownBy(() -> whoAmI(channel))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("UNAVAILABLE");
    }
  }

  @Test
  void renewedCertificateIsShownWithoutARestart() {
    TlsFiles files = authority.issue(new Holder.Node("before"), "renewed", YEAR);
    try (ReloadingTls tls = ReloadingTls.client(files, LOOKS, looks)) {
      assertThat(whoAmI(channel(tls.clientContext()))).isEqualTo("Node[name=before]");

      authority.issue(new Holder.Node("after"), "renewed", YEAR);
      files.certificate().toFile().setLastModified(System.currentTimeMillis() + 2_000);
      files.key().toFile().setLastModified(System.currentTimeMillis() + 2_000);

      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> {
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
            assertThat(whoAmI(channel(tls.clientContext()))).isEqualTo("Node[name=after]");
          });
    }
  }

  @Test
  void clientsOfAnAuthorityThatIsAddedLaterShowTheirCertificates() throws Exception {
    TrialAuthority added = authority("added");
    TlsFiles files = added.issue(new Holder.Node("added"), "added", YEAR);
    String before = Files.readString(ours.authorities());
    // The JDK shows a certificate only to a server that names its authority, or none at all.
    SslContext client =
        GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
            .trustManager(ours.authorities().toFile())
            .keyManager(files.certificate().toFile(), files.key().toFile())
            .build();
    try {
      Files.writeString(ours.authorities(), before + Files.readString(files.authorities()));
      touch(ours.authorities(), 2_000);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .ignoreException(StatusRuntimeException.class)
          .untilAsserted(() -> {
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
            assertThat(whoAmI(channel(client))).isEqualTo("Node[name=added]");
          });
    } finally {
      Files.writeString(ours.authorities(), before);
    }
  }

  @Test
  void halfARenewalIsNotTaken() throws Exception {
    TlsFiles files = authority.issue(new Holder.Node("first"), "half", YEAR);
    try (ReloadingTls tls = ReloadingTls.client(files, LOOKS, looks)) {
      // Made elsewhere: its certificate and its key must not lie here together yet.
      TlsFiles second = authority.issue(new Holder.Node("second"), "whole", YEAR);
      byte[] newKey = Files.readAllBytes(second.key());
      Files.write(files.certificate(), Files.readAllBytes(second.certificate()));
      touch(files.certificate(), 2_000);
      looksPass();
      assertThat(whoAmI(channel(tls.clientContext()))).isEqualTo("Node[name=first]");

      Files.writeString(files.key(), "-----BEGIN PRIVATE KEY-----\n%%%\n");
      touch(files.key(), 3_000);
      looksPass();
      assertThat(whoAmI(channel(tls.clientContext()))).isEqualTo("Node[name=first]");

      Files.write(files.key(), newKey);
      touch(files.key(), 4_000);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> {
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
            assertThat(whoAmI(channel(tls.clientContext()))).isEqualTo("Node[name=second]");
          });
    }
  }

  @Test
  void aKeyThatIsNotTheCertificatesIsTold() {
    TlsFiles one = authority.issue(new Holder.Node("one"), "pair-1", YEAR);
    TlsFiles other = authority.issue(new Holder.Node("other"), "pair-2", YEAR);
    TlsFiles mixed = new TlsFiles(one.certificate(), other.key(), one.authorities());

    assertThatThrownBy(() -> ReloadingTls.client(mixed, LOOKS, looks))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining(
            "the key in "
                + other.key()
                + " is not that of the certificate in "
                + one.certificate()
                + "; put both there, in either order");
  }

  private static void touch(Path file, long later) {
    assertThat(file.toFile().setLastModified(System.currentTimeMillis() + later)).isTrue();
  }

  /** Waits until the files have been looked at for sure. */
  private void looksPass() throws Exception {
    for (int look = 0; look < 4; look++) {
      looks.schedule(() -> {}, LOOKS.toMillis(), TimeUnit.MILLISECONDS).get();
    }
  }

  @Test
  void callerWhoCallsTooOftenIsRefusedAndOthersAreNot() {
    ManagedChannel eager = tls(new Holder.Node("eager"));
    for (int i = 0; i < 3; i++) {
      whoAmI(eager);
    }
    assertThatThrownBy(() -> whoAmI(eager))
        .hasMessageContaining("RESOURCE_EXHAUSTED")
        .hasMessageContaining("more than 1.0 calls per second");
    assertThat(whoAmI(tls(new Holder.Node("calm")))).isEqualTo("Node[name=calm]");
    assertThat(auditFile).content().containsOnlyOnce("more than 1.0 calls per second");

    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(whoAmI(eager)).isEqualTo("Node[name=eager]");
  }

  @Test
  void keysAreForTheirOwnerAlone() throws Exception {
    TlsFiles files = authority.issue(new Holder.Node("private"), "private", YEAR);

    for (Path file : List.of(files.key(), home.resolve("ours/ca.p12"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void auditLogIsTurnedOverAtItsMostBytes() throws Exception {
    Path file = home.resolve("small.log");
    try (AuditLog small = AuditLog.open(file, 300, 2, () -> NOON)) {
      for (int i = 0; i < 9; i++) {
        small.record(new Caller.Operator("ann", Role.EDITOR), "apply", "r\"" + i, "applied\n");
      }
    }
    assertThat(Files.readAllLines(file).getLast())
        .isEqualTo(
            "{\"time\":\"2026-01-01T12:00:00Z\",\"kind\":\"operator\",\"name\":\"ann\","
                + "\"role\":\"editor\",\"action\":\"apply\",\"subject\":\"r\\\"8\","
                + "\"outcome\":\"applied\\u000a\"}");
    assertThat(home.resolve("small.log.1")).exists();
    assertThat(home.resolve("small.log.2")).doesNotExist();
  }

  private TrialAuthority authority(String name) {
    return TrialAuthority.in(
        home.resolve(name), Path.of(System.getProperty("java.home")), "sallyport");
  }

  private ManagedChannel tls(Holder holder) {
    TlsFiles files = authority.issue(holder, "client", YEAR);
    try (ReloadingTls tls = ReloadingTls.client(files, LOOKS, looks)) {
      return channel(tls.clientContext());
    }
  }

  private static SslContext trusting(TrialAuthority authority) {
    try {
      return GrpcSslContexts.forClient().trustManager(authority.certificate().toFile()).build();
    } catch (SSLException fault) {
      throw new AssertionError(fault);
    }
  }

  private ManagedChannel channel(SslContext context) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).sslContext(context).build();
    channels.add(channel);
    return channel;
  }

  private String withToken(String token) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return OperationsGrpc.newBlockingStub(channel(trusting(authority)))
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .withDeadlineAfter(Duration.ofSeconds(60))
        .whoAmI(WhoAmIRequest.getDefaultInstance())
        .getName();
  }

  private static String whoAmI(ManagedChannel channel) {
    return OperationsGrpc.newBlockingStub(channel)
        .withDeadlineAfter(Duration.ofSeconds(60))
        .whoAmI(WhoAmIRequest.getDefaultInstance())
        .getName();
  }

  private static final class Whoami extends OperationsGrpc.OperationsImplBase {
    @Override
    public void whoAmI(WhoAmIRequest request, StreamObserver<WhoAmIReply> reply) {
      reply.onNext(WhoAmIReply.newBuilder().setName(String.valueOf(Caller.KEY.get())).build());
      reply.onCompleted();
    }
  }
}
