package io.sallyport.plugins.injection.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.dns.DnsRecordType;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.injection.HostBinding;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResponderTest {
  private static final DnsRecordType HTTPS = DnsRecordType.valueOf(65);

  private final Responder responder = new Responder(Duration.ofSeconds(30));

  @BeforeEach
  void publish() {
    responder.records(
        Records.of(
            Set.of(
                binding("icr", "172.20.0.7", "icr.io", "cp.icr.io"),
                binding("six", "fd00::7", "six.example"),
                binding("nameless", "172.20.0.9"))));
  }

  @Test
  void anAddressOfOurNamesIsToldWithItsTimeToLive() {
    Heard heard = answer(Questions.of(7, "icr.io", DnsRecordType.A));
    assertThat(heard.id()).isEqualTo(7);
    assertThat(heard.code()).isEqualTo("NOERROR");
    assertThat(heard.authoritative()).isTrue();
    assertThat(heard.flags() & Message.FLAG_RECURSION_AVAILABLE).isNotZero();
    assertThat(heard.questions()).containsExactly("icr.io.");
    assertThat(heard.records()).containsExactly("icr.io. 30 A 172.20.0.7");
    assertThat(heard.edns()).isFalse();
    assertThat(answer(Questions.of(7, "six.example", DnsRecordType.AAAA)).records())
        .containsExactly("six.example. 30 AAAA fd00:0:0:0:0:0:0:7");
  }

  @Test
  void caseDoesNotCountAndComesBackAsItWas() {
    Heard heard = answer(Questions.of(1, "cP.IcR.iO", DnsRecordType.A));
    assertThat(heard.questions()).containsExactly("cP.IcR.iO.");
    assertThat(heard.records()).containsExactly("cP.IcR.iO. 30 A 172.20.0.7");
  }

  @Test
  void theOtherFamilyAndEveryOtherTypeHaveNoRecordsAndSaySoForAWhile() {
    for (DnsRecordType type :
        List.of(DnsRecordType.AAAA, DnsRecordType.MX, DnsRecordType.TXT, HTTPS)) {
      Heard heard = answer(Questions.of(1, "icr.io", type));
      assertThat(heard.code()).isEqualTo("NOERROR");
      assertThat(heard.records()).containsExactly("icr.io. 30 SOA 47 bytes");
    }
    assertThat(answer(Questions.of(1, "six.example", DnsRecordType.A)).records())
        .containsExactly("six.example. 30 SOA 47 bytes");
  }

  @Test
  void anyIsTheAddresses() {
    assertThat(answer(Questions.of(1, "icr.io", DnsRecordType.ANY)).records())
        .containsExactly("icr.io. 30 A 172.20.0.7");
  }

  @Test
  void anAddressLeadsBackToItsCanonicalName() {
    assertThat(answer(Questions.of(1, "7.0.20.172.in-addr.arpa", DnsRecordType.PTR)).records())
        .containsExactly("7.0.20.172.in-addr.arpa. 30 PTR icr.io.");
    String six = "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa";
    assertThat(answer(Questions.of(1, six, DnsRecordType.PTR)).records())
        .containsExactly(six + ". 30 PTR six.example.");
  }

  @Test
  void whatTheCatalogDoesNotKnowIsForwarded() {
    for (String name : List.of("us.icr.io", "io", "", "a b.icr.io", "9.0.20.172.in-addr.arpa")) {
      assertThat(responder.judge(Questions.of(1, name, DnsRecordType.A)))
          .as(name)
          .isInstanceOf(Responder.Verdict.Forward.class);
    }
    responder.records(Records.NONE);
    assertThat(responder.judge(Questions.of(1, "icr.io", DnsRecordType.A)))
        .isInstanceOf(Responder.Verdict.Forward.class);
  }

  @Test
  void ednsIsAnsweredWithEdnsAndAnUnknownVersionIsRefused() {
    assertThat(answer(Questions.edns(1, "icr.io", DnsRecordType.A, 1232, 0)).edns()).isTrue();
    Responder.Verdict verdict =
        responder.judge(Questions.edns(1, "icr.io", DnsRecordType.A, 1232, 1));
    Message reply = ((Responder.Verdict.Refusal) verdict).reply();
    // BADVERS is 16: none of the lower four bits, and a one in the OPT record.
    assertThat(reply.flags() & Message.CODES).isZero();
    assertThat(reply.bytes()[reply.length() - 6]).isEqualTo((byte) 1);
  }

  @Test
  void whatIsNoQuestionGetsTheRightError() {
    byte[] question = Questions.bytes(5, "icr.io", 1, 1, -1, 0);
    byte[] notify = question.clone();
    notify[2] |= 4 << 3;
    assertThat(refusal(notify)).isEqualTo("NOTIMP");
    byte[] two = question.clone();
    two[5] = 2;
    assertThat(refusal(two)).isEqualTo("FORMERR");
    byte[] pointer = question.clone();
    pointer[Message.HEADER] = (byte) 0xc0;
    assertThat(refusal(pointer)).isEqualTo("FORMERR");
    assertThat(refusal(Arrays.copyOf(question, question.length - 1))).isEqualTo("FORMERR");
    assertThat(refusal(Arrays.copyOf(question, Message.HEADER))).isEqualTo("FORMERR");
    byte[] lacksRecord = question.clone();
    lacksRecord[11] = 1;
    assertThat(refusal(lacksRecord)).isEqualTo("FORMERR");
    assertThat(refusal(Questions.bytes(5, "version.bind", 16, 3, -1, 0))).isEqualTo("REFUSED");
    assertThat(refusal(Questions.bytes(5, "icr.io", 252, 1, -1, 0))).isEqualTo("REFUSED");
  }

  @Test
  void answersAreNeverAnswered() {
    byte[] answer = Questions.bytes(5, "icr.io", 1, 1, -1, 0);
    answer[2] |= (byte) 0x80;
    assertThat(responder.judge(new Message(answer))).isInstanceOf(Responder.Verdict.Ignore.class);
    assertThat(responder.judge(new Message(new byte[11])))
        .isInstanceOf(Responder.Verdict.Ignore.class);
  }

  @Test
  void clientsAreTheNodeItselfAndWhomTheSettingsName() {
    Clients clients =
        new Clients(
            Addresses.literal("172.20.0.53").orElseThrow(),
            List.of(
                Network.parse("10.128.0.0/14").orElseThrow(),
                Network.parse("fd00::/7").orElseThrow()));
    assertThat(List.of("127.0.0.1", "127.9.9.9", "::1", "172.20.0.53", "10.131.255.255", "fd12::1"))
        .allMatch(client -> clients.hold(ServerAddresses.parse(client).orElseThrow()));
    assertThat(List.of("10.132.0.0", "10.127.255.255", "172.20.0.54", "8.8.8.8", "2001:db8::1"))
        .noneMatch(client -> clients.hold(ServerAddresses.parse(client).orElseThrow()));
    assertThat(Network.parse("10.0.0.0/33")).isEmpty();
    assertThat(Network.parse("ten/8")).isEmpty();
  }

  private Heard answer(Message question) {
    Responder.Verdict verdict = responder.judge(question);
    assertThat(verdict).isInstanceOf(Responder.Verdict.Answer.class);
    return Heard.of(((Responder.Verdict.Answer) verdict).reply());
  }

  private String refusal(byte[] question) {
    Responder.Verdict verdict = responder.judge(new Message(question));
    assertThat(verdict).isInstanceOf(Responder.Verdict.Refusal.class);
    Heard heard = Heard.of(((Responder.Verdict.Refusal) verdict).reply());
    assertThat(heard.id()).isEqualTo(5);
    assertThat(heard.records()).isEmpty();
    return heard.code();
  }

  static HostBinding binding(String service, String address, String... names) {
    return new HostBinding(
        service,
        Addresses.literal(address).orElseThrow(),
        Arrays.stream(names).map(HostName::new).toList());
  }
}
