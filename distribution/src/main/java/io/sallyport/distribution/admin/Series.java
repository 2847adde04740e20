package io.sallyport.distribution.admin;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A registry's metric name, taken apart: {@code sessions_total{service="icr",port="443"}} is a name
 * and labels, escaped as in the Prometheus text format.
 */
record Series(String name, Labels labels) {
  private static final String TOTAL = "_total";
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  /** Takes a name apart; empty when it does not have this form. */
  static Optional<Series> parse(String text) {
    int brace = text.indexOf('{');
    String name = brace < 0 ? text : text.substring(0, brace);
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    try {
      Labels labels = brace < 0 ? Labels.EMPTY : new Reading(text, brace + 1).labels();
      return Optional.of(new Series(name, labels));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  boolean counter() {
    return name.endsWith(TOTAL);
  }

  /** The name as a counter's snapshot wants it. */
  String withoutTotal() {
    return name.substring(0, name.length() - TOTAL.length());
  }

  /** One pass over the text between the braces. */
  private static final class Reading {
    private final String text;
    private int at;

    Reading(String text, int at) {
      this.text = text;
      this.at = at;
    }

    Labels labels() {
      List<String> names = new ArrayList<>();
      List<String> values = new ArrayList<>();
      while (next() != '}') {
        int equals = text.indexOf('=', at);
        if (equals < 0) {
          throw malformed();
        }
        names.add(text.substring(at, equals));
        at = equals + 1;
        expect('"');
        values.add(value());
        if (next() == ',') {
          at++;
        }
      }
      if (at != text.length() - 1) {
        throw malformed();
      }
      return Labels.of(names, values);
    }

    private String value() {
      StringBuilder value = new StringBuilder();
      while (next() != '"') {
        char c = text.charAt(at++);
        if (c == '\\') {
          char escaped = next();
          at++;
          value.append(escaped == 'n' ? '\n' : escaped);
        } else {
          value.append(c);
        }
      }
      at++;
      return value.toString();
    }

    private char next() {
      if (at >= text.length()) {
        throw malformed();
      }
      return text.charAt(at);
    }

    private void expect(char c) {
      if (next() != c) {
        throw malformed();
      }
      at++;
    }

    private IllegalArgumentException malformed() {
      return new IllegalArgumentException("not a metric's name: " + text);
    }
  }
}
