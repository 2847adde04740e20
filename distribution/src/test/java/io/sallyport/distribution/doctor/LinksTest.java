package io.sallyport.distribution.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.engine.status.EndpointStatus;
import io.sallyport.engine.status.ListenerStatus;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinksTest {
  @Test
  void anAddressOfTheNodeIsToldFromAnyOther() {
    assertThat(AddressLink.of(InetAddress.ofLiteral("127.20.0.7"), Optional.empty()))
        .isEqualTo(Link.ok(Link.ADDRESS, "127.20.0.7 is this node's, as all of 127.0.0.0/8 is"));
    assertThat(AddressLink.of(InetAddress.ofLiteral("::1"), Optional.empty()))
        .isEqualTo(Link.ok(Link.ADDRESS, "::1 is on lo"));
    Link foreign = AddressLink.of(InetAddress.ofLiteral("192.0.2.7"), Optional.empty());
    assertThat(foreign.verdict()).isEqualTo(Verdict.BROKEN);
    assertThat(foreign.reason()).isEqualTo("192.0.2.7 is on no interface of this node");
    assertThat(foreign.remedy()).endsWith("or do ip addr add 192.0.2.7/32 dev lo");
  }

  @Test
  void endpointsAreCountedAndTheOthersNamed() {
    assertThat(EndpointsLink.of(listener(up("a"), up("b"))))
        .isEqualTo(Link.ok(Link.ENDPOINTS, "2 of 2 up"));
    Link some = EndpointsLink.of(listener(up("a"), down("b"), drained("c")));
    assertThat(some.verdict()).isEqualTo(Verdict.WARN);
    assertThat(some.reason()).isEqualTo("1 of 3 up: b (0/2 DOWN, Layer4 timeout); c (drain)");
    assertThat(some.remedy()).startsWith("sallyport endpoint enable puts an endpoint back");
    Link none = EndpointsLink.of(listener(down("b")));
    assertThat(none.verdict()).isEqualTo(Verdict.BROKEN);
    assertThat(none.reason()).isEqualTo("0 of 1 up: b (0/2 DOWN, Layer4 timeout)");
  }

  @Test
  void endpointsThatAreEjectedAreNotFine() {
    Link one = EndpointsLink.of(listener(up("a"), ejected("b")));
    assertThat(one.verdict()).isEqualTo(Verdict.WARN);
    assertThat(one.reason())
        .isEqualTo("1 of 2 up: b (ejected for another 27 s, because it failed live sessions)");
    assertThat(one.remedy())
        .isEqualTo(
            "sallyport status says how the ejected ones failed sessions; they come back by"
                + " themselves, or at once with sallyport endpoint enable");
    Link all = EndpointsLink.of(listener(ejected("a"), down("b")));
    assertThat(all.verdict()).as("it takes what nobody else can take").isEqualTo(Verdict.WARN);
    assertThat(all.reason())
        .isEqualTo(
            "0 of 2 up: a (ejected for another 27 s, because it failed live sessions); b (0/2 DOWN,"
                + " Layer4 timeout)");
  }

  private static EndpointStatus up(String name) {
    return endpoint(name, "enabled", true);
  }

  private static EndpointStatus ejected(String name) {
    return endpoint(name, "enabled", true, 26_600);
  }

  private static EndpointStatus down(String name) {
    return endpoint(name, "enabled", false);
  }

  private static EndpointStatus drained(String name) {
    return endpoint(name, "drain", true);
  }

  private static EndpointStatus endpoint(String name, String mode, boolean up) {
    return endpoint(name, mode, up, 0);
  }

  private static EndpointStatus endpoint(String name, String mode, boolean up, long ejectedMillis) {
    return new EndpointStatus(
        name,
        name,
        443,
        List.of("10.1.0.4"),
        "",
        "primary",
        mode,
        "",
        1,
        up ? "2/2 UP" : "0/2 DOWN",
        up,
        true,
        false,
        ejectedMillis,
        up ? "Layer4 check passed" : "Layer4 timeout",
        0,
        0,
        0,
        0,
        0,
        0);
  }

  private static ListenerStatus listener(EndpointStatus... endpoints) {
    return new ListenerStatus(
        "172.20.0.7", 443, "open", "", 0, 0, 0, 0, 0, 0, false, Arrays.asList(endpoints));
  }
}
