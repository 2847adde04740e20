package io.sallyport.plugins.injection.hosts;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.plugins.injection.files.Content;
import io.sallyport.plugins.injection.hosts.HostsText.Entry;
import io.sallyport.plugins.injection.hosts.HostsText.ForeignLine;
import io.sallyport.plugins.injection.hosts.HostsText.PlacedLine;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where our lines stand in a file, and what the file is then. Time and space are linear in the file
 * and the lines.
 *
 * <p>A line of ours that is right stays where it is, whatever others wrote after it: moving it
 * would start a quarrel with a writer that wants the last word. Only a foreign line that leads one
 * of its names elsewhere makes it move, before that line. New lines stand with the ones that are
 * there already, or at the end.
 *
 * @param content the file as it should be
 * @param added our lines that were not there
 * @param removed lines of ours that are no longer wanted
 * @param moved our lines that stood behind a conflicting line
 * @param conflicts foreign lines that lead our names elsewhere
 */
record HostsPlan(
    Content content,
    List<OwnLine> added,
    List<OwnLine> removed,
    List<OwnLine> moved,
    List<Conflict> conflicts) {
  /**
   * A foreign line that leads one of our names elsewhere.
   *
   * @param line its number in the planned content, from 1
   */
  record Conflict(int line, String name, String address) {}

  /** Plans a file. Pure. */
  static HostsPlan of(HostsText text, List<OwnLine> wanted, Precedence precedence) {
    return new Planning(text, wanted).plan(precedence);
  }

  private static final class Planning {
    private final HostsText text;
    private final List<OwnLine> wanted;
    private final Map<String, List<Claim>> claims = new HashMap<>();
    private final Map<OwnLine, Integer> limits = new HashMap<>();
    private final List<Clash> clashes = new ArrayList<>();
    private final List<OwnLine> added = new ArrayList<>();
    private final List<OwnLine> removed = new ArrayList<>();
    private final List<OwnLine> moved = new ArrayList<>();

    /** A line of ours that has a certain name. */
    private record Claim(OwnLine line, InetAddress address) {}

    private record Clash(int foreign, String name, String address) {}

    private record Placement(int slot, OwnLine line) {}

    Planning(HostsText text, List<OwnLine> wanted) {
      this.text = text;
      this.wanted = wanted;
    }

    HostsPlan plan(Precedence precedence) {
      switch (precedence) {
        case BEFORE_FOREIGN -> {
          claim();
          findClashes();
        }
        case ANYWHERE -> {}
      }
      List<Placement> placements = place();
      return new HostsPlan(render(placements), added, removed, moved, conflicts(placements));
    }

    private void claim() {
      for (OwnLine line : wanted) {
        String[] words = line.entry().split(" ", -1);
        InetAddress address = Addresses.literal(words[0]).orElseThrow();
        for (int i = 1; i < words.length; i++) {
          claims
              .computeIfAbsent(words[i], name -> new ArrayList<>(1))
              .add(new Claim(line, address));
        }
      }
    }

    private void findClashes() {
      if (claims.isEmpty()) {
        return;
      }
      for (int i = 0; i < text.foreign().size(); i++) {
        Optional<Entry> entry = text.entry(text.foreign().get(i));
        if (entry.isPresent()) {
          for (String name : entry.get().names()) {
            List<Claim> claimed = claims.get(name);
            if (claimed != null) {
              clash(i, name, entry.get().address(), claimed);
            }
          }
        }
      }
    }

    private void clash(int foreign, String name, String written, List<Claim> claimed) {
      int scope = written.indexOf('%');
      Optional<InetAddress> address =
          Addresses.literal(scope < 0 ? written : written.substring(0, scope));
      boolean agrees =
          address.isEmpty()
              || claimed.stream().anyMatch(claim -> claim.address().equals(address.get()));
      if (!agrees) {
        clashes.add(new Clash(foreign, name, written));
        claimed.forEach(claim -> limits.merge(claim.line(), foreign, Math::min));
      }
    }

    private List<Placement> place() {
      int end = text.foreign().size();
      int home = text.own().isEmpty() ? end : text.own().getLast().slot();
      Set<OwnLine> missing = new LinkedHashSet<>(wanted);
      Set<OwnLine> behind = new LinkedHashSet<>();
      List<Placement> placements = new ArrayList<>();
      for (PlacedLine present : text.own()) {
        OwnLine line = present.line();
        if (present.slot() > limits.getOrDefault(line, end)) {
          behind.add(line);
        } else if (missing.remove(line)) {
          placements.add(new Placement(present.slot(), line));
        } else {
          removed.add(line);
        }
      }
      for (OwnLine line : missing) {
        (behind.remove(line) ? moved : added).add(line);
        placements.add(new Placement(Math.min(home, limits.getOrDefault(line, end)), line));
      }
      removed.addAll(behind);
      // Stable: within a slot, those that were there stay in front of the new ones.
      placements.sort(Comparator.comparingInt(Placement::slot));
      return placements;
    }

    private Content render(List<Placement> placements) {
      byte[] bytes = text.content().bytes();
      ByteArrayOutputStream content = new ByteArrayOutputStream(bytes.length + 80 * added.size());
      int next = 0;
      int slot = 0;
      for (ForeignLine foreign : text.foreign()) {
        while (next < placements.size() && placements.get(next).slot() == slot) {
          write(content, placements.get(next++).line().text(), text.ending());
        }
        content.write(bytes, foreign.from(), foreign.to() - foreign.from());
        slot++;
      }
      if (next < placements.size() && text.endsOpen()) {
        content.writeBytes(ascii(text.ending().text()));
        write(content, placements.get(next++).line().text(text.join()), text.ending());
      }
      while (next < placements.size()) {
        write(content, placements.get(next++).line().text(), text.ending());
      }
      return new Content(content.toByteArray());
    }

    private List<Conflict> conflicts(List<Placement> placements) {
      List<Conflict> conflicts = new ArrayList<>(clashes.size());
      int before = 0;
      for (Clash clash : clashes) {
        while (before < placements.size() && placements.get(before).slot() <= clash.foreign()) {
          before++;
        }
        conflicts.add(new Conflict(clash.foreign() + 1 + before, clash.name(), clash.address()));
      }
      return conflicts;
    }

    private static void write(ByteArrayOutputStream content, String line, Ending ending) {
      content.writeBytes(ascii(line));
      content.writeBytes(ascii(ending.text()));
    }

    private static byte[] ascii(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** True when the file is as it should be. */
  boolean keeps(HostsText text) {
    return content.equals(text.content());
  }

  /** How many lines differ. */
  int changes() {
    return added.size() + removed.size() + moved.size();
  }
}
