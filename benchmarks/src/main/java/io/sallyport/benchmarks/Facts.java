package io.sallyport.benchmarks;

import io.sallyport.benchmarks.measure.Plan;
import io.sallyport.benchmarks.process.ProcFiles;
import io.sallyport.benchmarks.process.Program;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** What the figures depend on: the machine, the programs and the settings. */
record Facts(Clock clock, Plan plan, Path haproxy, Path nginx, Path sallyport) {
  private static final Duration BOUND = Duration.ofSeconds(10);

  SequencedMap<String, String> all() {
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "date",
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(ZonedDateTime.now(clock).withNano(0)));
    facts.put(
        "machine",
        ProcFiles.line("/proc/cpuinfo", "model name")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " cores, "
            + ProcFiles.line("/proc/meminfo", "MemTotal")
            + " of memory; clock source "
            + ProcFiles.text("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
    facts.put(
        "kernel",
        ProcFiles.text("/proc/sys/kernel/ostype")
            + " "
            + ProcFiles.text("/proc/sys/kernel/osrelease"));
    facts.put("Sallyport", printed(sallyport, "--version").replace("\n", "; "));
    facts.put("HAProxy", firstLine(printed(haproxy, "-v")));
    facts.put("nginx, the backend", firstLine(printed(nginx, "-v")));
    facts.put("Java of the generator", System.getProperty("java.vm.version", "unknown"));
    facts.put(
        "rounds",
        plan.rounds()
            + ", of system calls, memory, many listeners and reloads "
            + plan.steadyRounds()
            + "; each contender once a round, one at a time, and another one first in each");
    facts.put(
        "durations",
        "warm-up with the same kind of load "
            + plan.warmUp().toSeconds()
            + " s before each measurement of a fresh process (none for memory, start and many"
            + " listeners); requests "
            + plan.requests().toSeconds()
            + " s, bulk "
            + plan.bulk().toSeconds()
            + " s, latency "
            + plan.latency().toSeconds()
            + " s");
    facts.put("shared", "generator, proxy and backend share the cores; all traffic is in loopback");
    return facts;
  }

  private static String printed(Path program, String argument) {
    return Program.run(List.of(program.toString(), argument), BOUND).strip();
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("unknown");
  }
}
