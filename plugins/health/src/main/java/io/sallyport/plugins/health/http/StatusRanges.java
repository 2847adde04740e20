package io.sallyport.plugins.health.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Statuses that count as good, written {@code 200}, {@code 200-399}. */
record StatusRanges(List<Range> ranges) {
  private static final Pattern WRITTEN = Pattern.compile("([1-5]\\d\\d)(?:-([1-5]\\d\\d))?");

  record Range(int least, int most) {}

  StatusRanges {
    ranges = List.copyOf(ranges);
  }

  /** What texts say; empty when one of them says nothing that is understood. */
  static Optional<StatusRanges> of(List<String> texts) {
    List<Range> ranges = new ArrayList<>();
    for (String text : texts) {
      Matcher written = WRITTEN.matcher(text.strip());
      if (!written.matches()) {
        return Optional.empty();
      }
      int least = Integer.parseInt(written.group(1));
      int most = written.group(2) == null ? least : Integer.parseInt(written.group(2));
      if (most < least) {
        return Optional.empty();
      }
      ranges.add(new Range(least, most));
    }
    return Optional.of(new StatusRanges(ranges));
  }

  boolean hold(int status) {
    return ranges.stream().anyMatch(range -> status >= range.least() && status <= range.most());
  }
}
