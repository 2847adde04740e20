/**
 * The launcher, the command line and the composition root: the only module that knows all others.
 */
@org.jspecify.annotations.NullMarked
module io.sallyport.distribution {
  requires ch.qos.logback.classic;
  requires ch.qos.logback.core;
  requires com.codahale.metrics;
  requires com.google.guice;
  requires info.picocli;
  requires io.prometheus.metrics.config;
  requires io.prometheus.metrics.model;
  requires io.prometheus.writer.text;
  requires io.sallyport.api;
  requires io.sallyport.engine;
  requires io.sallyport.plugins.balancing;
  requires io.sallyport.plugins.health;
  requires io.sallyport.plugins.injection;
  requires java.management;
  requires jdk.httpserver;
  requires jdk.management;
  requires org.slf4j;
  requires typesafe.config;
  // Only on the module path of the commands that need it: see bin/sallyport.
  requires static io.sallyport.control;
  requires static org.jspecify;

  uses io.sallyport.api.balancing.BalancerFactory;
  uses io.sallyport.api.health.HealthCheckFactory;
  uses io.sallyport.api.injection.HostInjectorFactory;
  uses io.sallyport.api.source.CatalogSourceFactory;

  provides ch.qos.logback.classic.spi.Configurator with
      io.sallyport.distribution.log.QuietStart;

  // Picocli fills the annotated fields of commands by reflection.
  opens io.sallyport.distribution to
      info.picocli;
  opens io.sallyport.distribution.cli to
      info.picocli;
  opens io.sallyport.distribution.demo to
      info.picocli;
  // Guice calls the providers of its module.
  opens io.sallyport.distribution.node to
      com.google.guice;
}
