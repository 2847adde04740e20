/**
 * The launcher, the command line and the composition root: the only module that knows all others.
 */
@org.jspecify.annotations.NullMarked
module io.sallyport.distribution {
  requires com.codahale.metrics;
  requires com.google.guice;
  requires info.picocli;
  requires io.prometheus.metrics.model;
  requires io.prometheus.writer.text;
  requires io.sallyport.api;
  requires io.sallyport.engine;
  requires io.sallyport.plugins.balancing;
  requires io.sallyport.plugins.health;
  requires io.sallyport.plugins.injection;
  requires jdk.httpserver;
  requires org.slf4j;
  requires typesafe.config;
  requires static org.jspecify;

  // Picocli fills the annotated fields of commands by reflection.
  opens io.sallyport.distribution to
      info.picocli;
  opens io.sallyport.distribution.demo to
      info.picocli;
}
