/** How an endpoint's health is probed. */
@org.jspecify.annotations.NullMarked
module io.sallyport.plugins.health {
  requires io.sallyport.api;
  requires static org.jspecify;
}
