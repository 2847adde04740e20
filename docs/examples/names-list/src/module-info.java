module org.example.names {
  requires io.sallyport.api;

  exports org.example.names;

  provides io.sallyport.api.injection.HostInjectorFactory with
      org.example.names.NamesListFactory;
}
