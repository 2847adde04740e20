package io.sallyport.plugins.health.http;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.ProbeRequest;
import io.sallyport.plugins.health.answer.LinearRegex;
import io.sallyport.plugins.health.tls.TlsSettings;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The settings of {@code http} and {@code https}.
 *
 * @param method such as {@code GET}
 * @param path with its query
 * @param host the Host header; by default the service's first public name
 * @param headers further ones, {@code Name: value}
 * @param requestBody sent with the request
 * @param status those that are good, {@code 200} or {@code 200-399}
 * @param body a text that the answer's body must hold
 * @param bodyRegex what it must match
 * @param unwantedBody a text that it must not hold
 * @param unwantedBodyRegex what it must not match
 * @param mostBytes how much of an answer is read
 * @param tls how {@code https} agrees on TLS; empty for {@code http}
 * @since 0.1
 */
public record HttpSettings(
    String method,
    String path,
    Optional<String> host,
    List<String> headers,
    Optional<String> requestBody,
    List<String> status,
    Optional<String> body,
    Optional<String> bodyRegex,
    Optional<String> unwantedBody,
    Optional<String> unwantedBodyRegex,
    int mostBytes,
    Optional<TlsSettings> tls) {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}");
  private static final Pattern TARGET = Pattern.compile("[/*][\\x21-\\x7e]{0,2047}");
  private static final Pattern HOST = Pattern.compile("[\\x21-\\x7e]{1,300}");
  private static final Pattern HEADER =
      Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}:[\\x20-\\x7e\\t]{0,2048}");
  private static final List<String> GOOD = List.of("200-399");

  /** Copies the lists. */
  public HttpSettings {
    headers = List.copyOf(headers);
    status = List.copyOf(status);
  }

  /** What somebody need not spell out. */
  public enum Preset {
    /** Nothing. */
    NONE,
    /** A container registry: {@code /v2/} answers 200, or 401 to those who have not logged in. */
    REGISTRY
  }

  /** Reads the keys of a section. */
  static HttpSettings read(ConfigSection section, boolean secure) {
    boolean registry = section.choice("preset", Preset.NONE) == Preset.REGISTRY;
    List<String> status = section.has("status") ? section.texts("status") : List.of();
    if (StatusRanges.of(status).isEmpty() || (section.has("status") && status.isEmpty())) {
      section.problem("status", "is no list of statuses", "write [200, 401] or [\"200-399\"]");
      status = List.of();
    }
    if (!secure && section.has("tls")) {
      section.problem("tls", "means nothing to http", "use type = https");
    }
    List<String> usual = registry ? List.of("200", "401") : GOOD;
    List<String> headers = section.texts("headers");
    for (String header : headers) {
      if (!HEADER.matcher(header).matches()) {
        section.problem("headers", "holds what is no header", "write [\"Name: value\"]");
      }
    }
    return new HttpSettings(
        checked(section, "method", "GET", TOKEN, "a method such as GET or HEAD"),
        checked(section, "path", registry ? "/v2/" : "/", TARGET, "a path such as /healthz"),
        section.text("host").map(text -> checked(section, "host", text, HOST, "a host name")),
        headers,
        section.text("request-body"),
        status.isEmpty() ? usual : status,
        section.text("body"),
        regex(section, "body-regex"),
        section.text("unwanted-body"),
        regex(section, "unwanted-body-regex"),
        (int) section.bytes("most-bytes", ProbeRequest.USUAL_BYTES, 256, ProbeRequest.MOST_BYTES),
        secure ? Optional.of(TlsSettings.within(section, "tls")) : Optional.empty());
  }

  /** True when the body decides. */
  boolean looksIntoBody() {
    return body.isPresent()
        || bodyRegex.isPresent()
        || unwantedBody.isPresent()
        || unwantedBodyRegex.isPresent();
  }

  private static String checked(
      ConfigSection section, String key, String fallback, Pattern pattern, String what) {
    String text = section.text(key).orElse(fallback);
    if (!pattern.matcher(text).matches()) {
      section.problem(key, "cannot stand in a request", "write " + what);
      return fallback;
    }
    return text;
  }

  private static Optional<String> regex(ConfigSection section, String key) {
    Optional<String> written = section.text(key);
    Optional<String> complaint = written.flatMap(LinearRegex::complaint);
    complaint.ifPresent(words ->
        section.problem(key, words, "use RE2's syntax, without back-references and look-around"));
    return complaint.isPresent() ? Optional.empty() : written;
  }
}
