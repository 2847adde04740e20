/**
 * The protocol between the control plane and the agents, the control plane, and the agents' and the
 * operators' clients for it. The protocol's classes are generated from {@code
 * sallyport/control/v1/*.proto}, which say what each message means.
 */
@org.jspecify.annotations.NullMarked
module io.sallyport.control {
  requires transitive com.codahale.metrics;
  requires com.h2database.mvstore;
  requires transitive com.google.common;
  requires transitive com.google.protobuf;
  requires transitive io.grpc;
  requires io.grpc.netty;
  requires io.grpc.protobuf;
  requires io.grpc.services;
  requires transitive io.grpc.stub;
  requires io.grpc.util;
  requires io.netty.buffer;
  requires io.netty.common;
  requires transitive io.netty.handler;
  requires io.netty.transport;
  requires transitive io.sallyport.api;
  requires java.logging;
  requires java.naming;
  requires jetcd.common;
  requires jetcd.core;
  requires org.slf4j;
  requires static org.jspecify;

  provides io.sallyport.api.source.CatalogSourceFactory with
      io.sallyport.control.agent.ControlSourceFactory;

  // Its settings are read by distribution, and what reads them must see their types.
  exports io.sallyport.control.agent;
  exports io.sallyport.control.operate;
  exports io.sallyport.control.operate.client;
  exports io.sallyport.control.operate.rollout;
  exports io.sallyport.control.resource;
  exports io.sallyport.control.security;
  exports io.sallyport.control.server;
  exports io.sallyport.control.store;
  exports io.sallyport.control.store.v1;
  exports io.sallyport.control.v1;
}
