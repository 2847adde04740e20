package io.sallyport.control.operate;

import io.sallyport.control.v1.Problem;

/** Problems for programs and people. */
final class Told {
  private Told() {}

  /** A problem as a message: its value and its remedy go into the text. */
  static Problem problem(String code, io.sallyport.api.config.Problem problem) {
    String value = problem.value().isEmpty() ? "" : "\"" + problem.value() + "\" ";
    return problem(code, problem.path(), value + problem.message(), problem.remedy());
  }

  static Problem problem(String code, String path, String message, String remedy) {
    return Problem.newBuilder()
        .setCode(code)
        .setPath(path)
        .setMessage(remedy.isEmpty() ? message : message + "; " + remedy)
        .build();
  }
}
