package io.sallyport.plugins.injection.loopback;

import io.sallyport.api.injection.HostInjectorContext.Drift;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when the node is no longer as the injector left it.
 *
 * <p>A daemon thread waits for the kernel's news of links and addresses. News only makes it look:
 * what it reports is a difference between the expectation and what the kernel has at that moment.
 * So neither a burst of news, nor news lost, nor the injector's own changes make a false report.
 *
 * <p>{@link #expect} and {@link #close} are for the injection thread.
 */
final class AddressWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AddressWatch.class);
  private static final int BUFFER = 64 * 1024;

  /** A flush of many addresses is told one by one; it is over when this long nothing came. */
  private static final int QUIET_MILLIS = 30;

  private static final int LONGEST_BURST = 30;

  private static final int GROUPS =
      Rtnetlink.RTMGRP_LINK | Rtnetlink.RTMGRP_IPV4_IFADDR | Rtnetlink.RTMGRP_IPV6_IFADDR;

  private final LibC libc;
  private final Drift drift;
  private final NetlinkSocket news;
  private final int wake;
  private final Replies replies = new Replies(ByteOrder.nativeOrder());
  private final Thread thread;
  private volatile Held held = new Held(Expectation.NOTHING);
  private volatile boolean closing;

  /**
   * Subscribes and starts; changes from now on are noticed.
   *
   * @throws NetlinkException when the system refuses
   */
  AddressWatch(LibC libc, Drift drift) {
    this.libc = libc;
    this.drift = drift;
    news = new NetlinkSocket(libc, GROUPS);
    wake = libc.eventDescriptor();
    if (wake < 0) {
      news.close();
      throw new NetlinkException("make an eventfd", -wake);
    }
    thread = Thread.ofPlatform().daemon().name("sallyport-addresses").unstarted(this::run);
    thread.start();
  }

  /** False when the thread gave up; a new watch is needed then. */
  boolean alive() {
    return thread.isAlive();
  }

  /** Changes what must be there; the watch looks once by itself. */
  void expect(Expectation expectation) {
    boolean changed = !expectation.equals(held.expectation);
    held = new Held(expectation);
    if (changed) {
      libc.signal(wake);
    }
  }

  private void run() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER);
      while (awaitReason(buffer)) {
        awaitQuiet(buffer);
        look();
      }
    } catch (RuntimeException e) {
      LOG.atWarn()
          .setCause(e)
          .log("no longer following the node's addresses; the next reconciliation tries again");
    }
  }

  /**
   * Blocks until there is a reason to look.
   *
   * @return false when the watch is closing
   */
  private boolean awaitReason(MemorySegment buffer) {
    while (!closing) {
      long ready = libc.pollReadable(-1, news.descriptor(), wake);
      if (ready < 0) {
        throw new NetlinkException("wait for news of addresses", (int) -ready);
      }
      boolean signalled = (ready & 2) != 0;
      if (signalled) {
        libc.reset(wake);
      }
      boolean concerned = (ready & 1) != 0 && readNews(buffer);
      if (!closing && (signalled || concerned)) {
        return true;
      }
    }
    return false;
  }

  private void awaitQuiet(MemorySegment buffer) {
    for (int burst = 0; burst < LONGEST_BURST && !closing; burst++) {
      if (!news.await(QUIET_MILLIS)) {
        return;
      }
      readNews(buffer);
    }
  }

  private boolean readNews(MemorySegment buffer) {
    boolean concerned = false;
    while (!closing) {
      OptionalInt length = news.receive(buffer);
      if (length.isPresent()) {
        Expectation expectation = held.expectation;
        concerned |=
            replies.read(buffer.asSlice(0, length.getAsInt()).asByteBuffer()).stream()
                .anyMatch(expectation::concernedBy);
      } else if (news.overrun()) {
        news.forgetOverrun();
        concerned = true;
      } else {
        break;
      }
    }
    return concerned;
  }

  private void look() {
    while (!closing) {
      Held before = held;
      List<String> differences = differences(before.expectation);
      // Only an expectation that held all the while says something about what was seen.
      if (before == held) {
        if (!differences.isEmpty() && !differences.equals(before.told)) {
          before.told = differences;
          drift.seen(String.join("; ", differences));
        }
        return;
      }
    }
  }

  private List<String> differences(Expectation expectation) {
    if (expectation.equals(Expectation.NOTHING)) {
      return List.of();
    }
    try (Netlink netlink = new Netlink(libc, Netlink.USUAL_BATCH)) {
      Set<String> links = new HashSet<>(expectation.links().keySet());
      expectation.addresses().forEach(place -> links.add(place.link()));
      return expectation.differences(Observation.of(netlink, links, Set.of()));
    } catch (NetlinkException e) {
      LOG.atWarn().setCause(e).log("cannot look after a change of the node's addresses");
      return List.of();
    }
  }

  /** Stops the thread and waits until it has. */
  @Override
  public void close() {
    closing = true;
    libc.signal(wake);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    news.close();
    libc.close(wake);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** An expectation from one reconciliation to the next: two equal ones are two. */
  private static final class Held {
    private final Expectation expectation;

    /** The differences reported last, by the watch's thread: once is enough. */
    private List<String> told = List.of();

    Held(Expectation expectation) {
      this.expectation = expectation;
    }
  }
}
