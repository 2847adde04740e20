package io.sallyport.plugins.injection.files;

/**
 * Why a file stays as it is.
 *
 * @param reason names the file, and the line where there is one
 * @param remedy what a person can do
 */
public record Refusal(String reason, String remedy) {
  public String text() {
    return reason + "; " + remedy;
  }
}
