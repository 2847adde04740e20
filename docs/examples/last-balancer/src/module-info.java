module org.example.last {
  requires io.sallyport.api;

  // A catalog is written from the settings by reflection.
  exports org.example.last;

  provides io.sallyport.api.balancing.BalancerFactory with
      org.example.last.LastFactory;
}
