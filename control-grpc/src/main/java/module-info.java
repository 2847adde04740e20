/**
 * The protocol between the control plane and the agents. Its classes are generated from {@code
 * sallyport/control/v1/control.proto}, which says what each message means.
 */
@org.jspecify.annotations.NullMarked
module io.sallyport.control {
  requires io.sallyport.api;
  requires transitive com.google.protobuf;
  requires transitive io.grpc;
  requires io.grpc.protobuf;
  requires transitive io.grpc.stub;
  requires static org.jspecify;

  exports io.sallyport.control.v1;
}
