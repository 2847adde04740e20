/** Contract tests and fakes for plugins of others. It ships in no distribution. */
@org.jspecify.annotations.NullMarked
module io.sallyport.testkit {
  requires transitive io.sallyport.api;
  requires transitive org.junit.jupiter.api;
  requires static org.jspecify;

  exports io.sallyport.testkit;

  opens io.sallyport.testkit;
}
