package io.sallyport.plugins.injection.hosts;

/**
 * Why a file stays as it is.
 *
 * @param reason names the file, and the line where there is one
 * @param remedy what a person can do
 */
record Refusal(String reason, String remedy) {
  String text() {
    return reason + "; " + remedy;
  }
}
