package io.sallyport.distribution.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How an operator reaches a control plane, as the options and the client's file say.
 *
 * @param addresses hosts with ports, tried in this order
 * @param certificate who the operator is, in PEM
 * @param key of the certificate
 * @param authorities what the control plane's certificate is checked with
 * @param token what proves who the operator is, where no certificate does
 * @param insecure without TLS, to the loopback
 */
record ControlSettings(
    List<String> addresses,
    Optional<Path> certificate,
    Optional<Path> key,
    Optional<Path> authorities,
    Optional<String> token,
    boolean insecure) {
  ControlSettings {
    addresses = List.copyOf(addresses);
  }
}
