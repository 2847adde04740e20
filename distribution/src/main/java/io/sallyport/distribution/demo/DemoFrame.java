package io.sallyport.distribution.demo;

import java.time.Duration;
import java.util.List;

/**
 * All that the demo shows, at one moment.
 *
 * @param elapsed since the traffic began
 * @param length how long it goes on
 * @param count the requests so far
 * @param moved sessions that moved to another endpoint while they connected
 * @param zones the zones, in order
 * @param targets what is asked for, in order
 * @param happenings what has happened so far, oldest first
 */
record DemoFrame(
    Duration elapsed,
    Duration length,
    DemoTally.Count count,
    long moved,
    List<ZoneRow> zones,
    List<TargetRow> targets,
    List<Happening> happenings) {

  /**
   * One zone.
   *
   * @param name its name
   * @param health as the node sees it, such as {@code 3/3 UP}
   * @param use whether it gets new sessions
   * @param perSecond its answers within the last second
   * @param total its answers
   */
  record ZoneRow(String name, String health, Use use, long perSecond, long total) {}

  /**
   * One public name and port.
   *
   * @param target the name and port
   * @param address where the name leads
   * @param total its answers
   */
  record TargetRow(DemoTarget target, String address, long total) {}

  /**
   * Something that happened.
   *
   * @param at when, since the traffic began
   * @param kind what it means
   * @param text what it was
   */
  record Happening(Duration at, Kind kind, String text) {}

  /** Whether a zone gets new sessions. */
  enum Use {
    /** Its checks pass. */
    USED,
    /** Its last verdict is good, yet live sessions could not reach it. */
    AVOIDED,
    /** Its checks fail. */
    DOWN
  }

  /** What a happening means. */
  enum Kind {
    /** Something was done to the zones or the catalog. */
    CAUSE,
    /** The node's answer to it. */
    EFFECT
  }
}
