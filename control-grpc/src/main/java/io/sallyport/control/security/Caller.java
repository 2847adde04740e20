package io.sallyport.control.security;

import io.grpc.Context;

/**
 * Who calls, as a certificate or a token proves it. Every call that reaches a service of ours has
 * one.
 *
 * @since 0.1
 */
public sealed interface Caller {
  /** The caller of the call that is being handled. */
  Context.Key<Caller> KEY = Context.key("sallyport-caller");

  /** Its name, for the audit log. */
  String name();

  /**
   * An agent.
   *
   * @param name the one node that it may be
   */
  record Node(String name) implements Caller {}

  /** An operator, or a program of theirs. */
  record Operator(String name, Role role) implements Caller {}

  /** Another replica of this control plane. */
  record Replica(String name) implements Caller {}

  /**
   * Anyone, on a control plane without security that listens on the loopback only: may be any node,
   * and every operator.
   */
  record Anyone(String name) implements Caller {}
}
