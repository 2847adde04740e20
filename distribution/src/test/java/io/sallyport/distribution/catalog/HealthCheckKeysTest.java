package io.sallyport.distribution.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.config.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of the checks that ship: read, refused, and written again. */
class HealthCheckKeysTest {
  private final CatalogReader reader =
      new CatalogReader(TestStrategies.balancers(), ShippedChecks.all());
  private final CatalogWriter writer =
      new CatalogWriter(TestStrategies.balancers(), ShippedChecks.all());

  private CatalogResult read(String check) {
    return reader.read(
        "catalog.conf",
        "services { icr { address = 127.0.0.9, names = [icr.io], ports = [443]\n"
            + "endpoints = [10.0.0.1]\nhealth-check "
            + check
            + " } }",
        Revision.NONE);
  }

  private List<String> problems(String check) {
    return read(check) instanceof CatalogResult.Refused refused
        ? refused.problems().stream().map(Problem::text).toList()
        : List.of();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "= tls",
        "{ type = tls, server-name = a_b.icr.io, verify = chain, ca-file = /etc/ca.pem,"
            + " alpn = [h2], expiry-warning = 30d, interval = 5s }",
        "{ type = http, preset = registry }",
        "{ type = http, method = POST, path = \"/a?b\", host = \"x:80\", headers = [\"A: b\"],"
            + " request-body = \"q\\r\\n\", status = [200, \"300-399\"], body = ok,"
            + " body-regex = \"^o+k\", unwanted-body = no, unwanted-body-regex = \"n.o\","
            + " most-bytes = 4KiB }",
        "{ type = https, preset = registry, tls { verify = none } }",
        "{ type = script, steps = [{ connect { port = 25, tls { server-name = icr.io } } },"
            + " { send = \"a\\n\", comment = hello }, { send-hex = 00ff }, { expect = b,"
            + " min-bytes = 3 }, { expect-hex = \"00\" }, { expect-regex = \"^c\" },"
            + " { expect-hex-regex = \"^0\" }, { reject = d }, { reject-hex = \"11\" },"
            + " { reject-regex = e }, { reject-hex-regex = \"22\" }, { connect {} }] }",
        "{ type = agent, agent-port = 9999, send = \"x\\n\" }",
        "{ type = command, command = [/bin/true, \"{address}\"] }"
      })
  void whatIsWrittenAgainIsReadTheSame(String check) {
    assertThat(problems(check)).isEmpty();
    Catalog catalog = ((CatalogResult.Read) read(check)).catalog();
    String text = writer.text(catalog, List.of());

    assertThat(reader.read("again.conf", text, Revision.NONE))
        .as(text)
        .isInstanceOfSatisfying(
            CatalogResult.Read.class,
            again -> assertThat(again.catalog().services()).isEqualTo(catalog.services()));
  }

  @Test
  void presetSavesSpellingOut() {
    assertThat(((CatalogResult.Read) read("{ type = https, preset = registry }")).catalog())
        .isEqualTo(
            ((CatalogResult.Read)
                    read("{ type = https, method = GET, path = /v2/, status = [200, 401] }"))
                .catalog());
  }

  @Test
  void everyMistakeIsToldWithARemedy() {
    String at = "catalog.conf:3: services.icr.health-check";

    assertThat(problems("{ type = tls, ca-file = ca.pem, server-name = \"a b\", verify = maybe }"))
        .containsExactlyInAnyOrder(
            at
                + ".ca-file = \"ca.pem\": is not an absolute path; write the whole path, such as"
                + " /etc/ssl/our-ca.pem",
            at + ".server-name = \"a b\": holds the character ' '; write a host name",
            at + ".verify = \"maybe\": is not a choice; use full, chain or none");
    assertThat(
            problems(
                "{ type = http, path = healthz, status = [ok], headers = [x],"
                    + " body-regex = \"(?=a)\", tls { } }"))
        .containsExactlyInAnyOrder(
            at + ".path = \"healthz\": cannot stand in a request; write a path such as /healthz",
            at
                + ".status = \"[\"ok\"]\": is no list of statuses; write [200, 401] or"
                + " [\"200-399\"]",
            at + ".headers = \"[\"x\"]\": holds what is no header; write [\"Name: value\"]",
            at
                + ".body-regex = \"(?=a)\": is no regular expression: error parsing regexp: invalid"
                + " or unsupported Perl syntax: `(?=`; use RE2's syntax, without back-references"
                + " and look-around",
            at + ".tls = \"{}\": means nothing to http; use type = https");
    assertThat(problems("{ type = script }"))
        .containsExactly(
            at + ": has no steps; write steps = [{ send = \"…\" }, { expect = \"…\" }]");
    assertThat(
            problems(
                "{ type = script, steps = [{ send = a, expect = b }, { comment = c },"
                    + " { send-hex = abc }, { exspect = d }] }"))
        .anyMatch(text -> text.contains("steps[0]: does more than one thing: send, expect; "))
        .anyMatch(text -> text.contains("steps[1]: does nothing; give each step one of connect, "))
        .anyMatch(text ->
            text.contains(
                "steps[2].send-hex = \"abc\": does not hold two hexadecimal digits for each"
                    + " byte; write such as 0d0a"))
        .anyMatch(text -> text.contains("steps[3].exspect: unknown key; did you mean \"expect\"?"));
    assertThat(problems("= agent")).containsExactly(at + ": has no agent-port; add agent-port = …");
    assertThat(problems("{ type = command, command = [check.sh] }"))
        .containsExactly(
            at
                + ".command = \"[\"check.sh\"]\": names no program; write"
                + " [\"/usr/local/bin/…\", \"{address}\"]");
  }
}
