/** Sallyport beside HAProxy and no proxy at all, and its inner pieces on their own. */
@org.jspecify.annotations.NullMarked
module io.sallyport.benchmarks {
  requires HdrHistogram;
  requires info.picocli;
  requires io.sallyport.api;
  requires jmh.core;
  requires typesafe.config;
  requires static org.jspecify;

  // Picocli fills the annotated fields of the command by reflection.
  opens io.sallyport.benchmarks to
      info.picocli;
}
