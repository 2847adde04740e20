/**
 * What everyone shares: the catalog's records, the view of a configuration, and the contracts of
 * the three strategies that plugins supply (balancers, health checks, host injectors), and of the
 * sources that a catalog comes from.
 *
 * <p>This module depends on nothing but annotations. It shows no Netty, protobuf, Guice or Typesafe
 * Config, so that a plugin built against it carries none of them.
 *
 * @since 0.1
 */
@org.jspecify.annotations.NullMarked
module io.sallyport.api {
  requires static org.jspecify;

  exports io.sallyport.api.balancing;
  exports io.sallyport.api.catalog;
  exports io.sallyport.api.config;
  exports io.sallyport.api.health;
  exports io.sallyport.api.injection;
  exports io.sallyport.api.plugin;
  exports io.sallyport.api.source;
}
