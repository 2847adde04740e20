package io.sallyport.distribution.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.config.Problem;
import io.sallyport.api.source.CatalogLanguage.Reading;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceLanguageTest {
  private static final String TWO =
      """
      defaults { timeouts { connect = 1s }, balancer = round-robin }
      services {
        icr {
          address = 172.20.0.7
          names = [icr.io]
          ports = [443, { listen = 4443, max-sessions = 7 }]
          endpoints = [{ host = z1-1.private.icr.io, zone = z1 }, z2-1.private.icr.io]
          nodes { zones = [z1] }
        }
        "kube.api" { address = "fd00::1", ports = [2040], endpoints = ["10.0.0.1:6443"] }
      }
      """;

  private final ServiceLanguage language =
      new ServiceLanguage(
          TestStrategies.reader(),
          new CatalogWriter(TestStrategies.balancers(), TestStrategies.checks()));

  @Test
  void eachServiceIsATextOfItsOwnThatReadsBackTheSame() {
    for (Service service : services()) {
      String text = language.text(service);

      assertThat(language.read(service.id(), text))
          .as(text)
          .isEqualTo(new Reading.Read(service, List.of()));
    }
  }

  @Test
  void textOfAnotherServiceOrOfSeveralIsRefused() {
    assertThat(problems("icr", TWO))
        .containsExactly(
            "services = \"icr, kube.api\": is not the one service icr; send each service alone,"
                + " under its own key");
    assertThat(problems("icr", "services {}")).singleElement().asString().contains("not the one");
  }

  @Test
  void nothingIsReadFromElsewhere() {
    assertThat(problems("icr", "include file(\"/etc/hostname\")\nservices {}"))
        .singleElement()
        .asString()
        .contains("cannot be followed: this text is no file");
    assertThat(problems("icr", "services { icr { address = ${HOME} } }"))
        .anyMatch(problem -> problem.contains("${HOME} stands for nothing"));
  }

  private List<String> problems(String id, String text) {
    Reading reading = language.read(id, text);
    assertThat(reading).isInstanceOf(Reading.Refused.class);
    return ((Reading.Refused) reading).problems().stream().map(Problem::text).toList();
  }

  private static List<Service> services() {
    CatalogResult result = TestStrategies.reader().read("catalog.conf", TWO, Revision.NONE);
    assertThat(result).as("%s", result).isInstanceOf(CatalogResult.Read.class);
    return ((CatalogResult.Read) result).catalog().services();
  }
}
