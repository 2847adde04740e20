package io.sallyport.distribution.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateJudgeTest {
  @ParameterizedTest
  @CsvSource({
    "icr.io, icr.io, true",
    "ICR.io, icr.IO, true",
    "icr.io, cp.icr.io, false",
    "*.icr.io, cp.icr.io, true",
    "*.icr.io, icr.io, false",
    "*.icr.io, a.cp.icr.io, false",
    "*.icr.io, .icr.io, false",
    "*, icr, false",
    "c*.icr.io, cp.icr.io, false"
  })
  void aStarStandsForTheFirstLabelAlone(String pattern, String host, boolean matches) {
    assertThat(CertificateJudge.matches(pattern, host)).isEqualTo(matches);
  }
}
