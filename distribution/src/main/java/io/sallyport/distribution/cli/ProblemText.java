package io.sallyport.distribution.cli;

import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Problems on the command line. */
final class ProblemText {
  private ProblemText() {}

  static boolean isError(Problem problem) {
    return problem.severity() == Severity.ERROR;
  }

  static String summary(List<Problem> problems) {
    long errors = problems.stream().filter(ProblemText::isError).count();
    return errors == 1 ? "refused: 1 problem" : "refused: " + errors + " problems";
  }

  static Map<String, Object> json(Problem problem) {
    return JsonText.members(
        "severity", problem.severity().name().toLowerCase(Locale.ROOT),
        "file", problem.origin().source(),
        "line", problem.origin().line(),
        "path", problem.path(),
        "value", problem.value(),
        "message", problem.message(),
        "remedy", problem.remedy());
  }
}
