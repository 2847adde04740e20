package io.sallyport.distribution.doctor;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Asks what answers HTTP whether it is an image registry, and follows it as far as a client without
 * credentials can: its realm, its redirects, and, where it lets anybody read, one image's blob.
 */
final class Registry {
  private static final String API = "/v2/";
  private static final String MARK = "docker-distribution-api-version";
  private static final Pattern REPOSITORY =
      Pattern.compile("\"repositories\"\\s*:\\s*\\[\\s*\"([a-z0-9._/-]{1,255})\"");
  private static final Pattern TAG =
      Pattern.compile("\"tags\"\\s*:\\s*\\[\\s*\"([A-Za-z0-9._-]{1,128})\"");
  private static final Pattern DIGEST =
      Pattern.compile("\"digest\"\\s*:\\s*\"(sha256:[0-9a-f]{64})\"");
  private static final Pattern INDEX = Pattern.compile("\"manifests\"\\s*:\\s*\\[");

  private final Opener opener;
  private final HttpTalk http;
  private final FurtherHosts further;
  private final String authority;
  private final String from;

  /**
   * Makes one.
   *
   * @param opener opens a further connection of the same kind
   * @param authority what the server is called in requests
   * @param from name and port, such as {@code icr.io:443}
   */
  Registry(Opener opener, HttpTalk http, FurtherHosts further, String authority, String from) {
    this.opener = opener;
    this.http = http;
    this.further = further;
    this.authority = authority;
    this.from = from;
  }

  /** Opens connections. */
  interface Opener {
    /** A new one; the caller closes it. */
    Socket open() throws IOException;
  }

  /** Asks over a connection and judges what it answers. */
  Link examine(Socket first) {
    try {
      return judge(http.ask(first, "GET", authority, API));
    } catch (HttpTalk.NotHttpException other) {
      return Link.skipped(Link.REGISTRY, "it does not speak HTTP: " + other.getMessage());
    } catch (IOException fault) {
      String words = String.valueOf(fault.getMessage());
      return Link.skipped(
          Link.REGISTRY,
          words.contains("certificate_required") || words.contains("bad_certificate")
              ? "it asks for a client's certificate, and we have none"
              : "it did not answer GET " + API + ": " + words);
    }
  }

  private Link judge(HttpTalk.Answer answer) {
    Optional<Challenge> bearer = Challenge.of("bearer", answer.all("www-authenticate"));
    boolean marked = answer.header(MARK).isPresent();
    if (answer.redirects()) {
      return place(answer.header("location").orElse(""))
          .map(place ->
              further.judge(place, FurtherHosts.REDIRECT, from, "the answer to GET " + API))
          .orElseGet(() -> Link.ok(Link.REGISTRY, "it sends clients elsewhere on itself"));
    }
    boolean registry =
        marked
            || (answer.status() == 401 && bearer.isPresent())
            || (answer.status() == 200 && answer.body().strip().equals("{}"));
    if (!registry) {
      return Link.skipped(
          Link.REGISTRY, "no image registry: it answers GET " + API + " with " + answer.status());
    }
    return switch (answer.status()) {
      case 200 -> open();
      case 401 ->
          bearer
              .map(this::realm)
              .orElseGet(() ->
                  Link.ok(
                      Link.REGISTRY,
                      "an image registry that wants a user and password; where blobs lie cannot be"
                          + " told without"));
      case 429 ->
          Link.warn(Link.REGISTRY, "an image registry that is asked too often", "ask again later");
      default ->
          Link.broken(
              Link.REGISTRY,
              "an image registry that answers GET " + API + " with " + answer.status(),
              "see the registry's own log");
    };
  }

  private Link realm(Challenge bearer) {
    String realm = bearer.parameters().getOrDefault("realm", "");
    String service = bearer.parameters().getOrDefault("service", "");
    further.tokenService(service, from);
    Optional<URI> place = place(realm);
    if (place.isEmpty()) {
      return Link.broken(
          Link.REGISTRY,
          "an image registry that wants tokens of \"" + realm + "\", which names no host",
          "mend the registry's configuration");
    }
    Link judged = further.judge(place.get(), FurtherHosts.REALM, from, "tokens");
    return new Link(
        judged.link(),
        judged.verdict(),
        "an image registry; "
            + judged.reason()
            + "; where blobs lie cannot be told without credentials",
        judged.remedy());
  }

  /** Anybody may read: an image tells where blobs come from. */
  private Link open() {
    String words = "an image registry that lets anybody read";
    try {
      List<Link> places = new ArrayList<>();
      Optional<String> repository = find(REPOSITORY, "_catalog?n=1", places);
      if (repository.isEmpty()) {
        return worst(words + "; it lists no image, so where blobs lie cannot be told", places);
      }
      Optional<String> tag = find(TAG, repository.get() + "/tags/list?n=1", places);
      if (tag.isEmpty()) {
        return worst(words + "; where blobs lie cannot be told, for no image has a tag", places);
      }
      Optional<String> blob = blob(repository.get(), tag.get(), places);
      if (blob.isEmpty()) {
        return worst(words + "; where blobs lie cannot be told", places);
      }
      HttpTalk.Answer answer = ask("HEAD", repository.get() + "/blobs/" + blob.get());
      follow(answer, FurtherHosts.BLOBS, "blobs", places);
      return worst(
          answer.redirects()
              ? words
              : words + "; blobs come from itself (" + repository.get() + ")",
          places);
    } catch (IOException fault) {
      return Link.ok(
          Link.REGISTRY,
          words + "; where blobs lie could not be told: " + String.valueOf(fault.getMessage()));
    }
  }

  private Optional<String> blob(String repository, String tag, List<Link> places)
      throws IOException {
    String manifest = text(repository + "/manifests/" + tag, places);
    if (INDEX.matcher(manifest).find()) {
      Matcher inner = DIGEST.matcher(manifest);
      manifest = inner.find() ? text(repository + "/manifests/" + inner.group(1), places) : "";
    }
    Matcher digest = DIGEST.matcher(manifest);
    return digest.find() ? Optional.of(digest.group(1)) : Optional.empty();
  }

  private Optional<String> find(Pattern what, String path, List<Link> places) throws IOException {
    Matcher found = what.matcher(text(path, places));
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  private String text(String path, List<Link> places) throws IOException {
    HttpTalk.Answer answer = ask("GET", path);
    follow(answer, FurtherHosts.REDIRECT, "manifests", places);
    return answer.status() == 200 ? answer.body() : "";
  }

  private HttpTalk.Answer ask(String method, String path) throws IOException {
    try (Socket socket = opener.open()) {
      return http.ask(socket, method, authority, API + path);
    }
  }

  private void follow(HttpTalk.Answer answer, String role, String use, List<Link> places) {
    if (answer.redirects()) {
      place(answer.header("location").orElse(""))
          .map(place -> further.judge(place, role, from, use))
          .ifPresent(places::add);
    }
  }

  private static Link worst(String words, List<Link> places) {
    if (places.isEmpty()) {
      return Link.ok(Link.REGISTRY, words);
    }
    Verdict verdict =
        places.stream().map(Link::verdict).max(Comparator.naturalOrder()).orElse(Verdict.OK);
    return new Link(
        Link.REGISTRY,
        verdict,
        words
            + "; "
            + places.stream().map(Link::reason).distinct().collect(Collectors.joining("; ")),
        places.stream()
            .map(Link::remedy)
            .filter(remedy -> !remedy.isEmpty())
            .distinct()
            .collect(Collectors.joining("; ")));
  }

  /** Where a text leads; empty when it stays on the server, or is no place. */
  private static Optional<URI> place(String text) {
    try {
      URI place = new URI(text);
      return place.isAbsolute() && place.getHost() != null ? Optional.of(place) : Optional.empty();
    } catch (URISyntaxException none) {
      return Optional.empty();
    }
  }
}
