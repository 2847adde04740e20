/**
 * Sallyport beside HAProxy and no proxy at all, its inner pieces on their own, and a control plane
 * with a simulated fleet.
 */
@org.jspecify.annotations.NullMarked
module io.sallyport.benchmarks {
  requires HdrHistogram;
  requires info.picocli;
  requires io.netty.pkitesting;
  requires io.sallyport.api;
  requires io.sallyport.control;
  requires java.net.http;
  requires jmh.core;
  requires typesafe.config;
  requires static org.jspecify;

  // Picocli fills the annotated fields of the commands by reflection.
  opens io.sallyport.benchmarks to
      info.picocli;
  opens io.sallyport.benchmarks.fleet to
      info.picocli;
}
