package io.sallyport.api.injection;

/**
 * When an injector acts in the life of a service.
 *
 * @since 0.1
 */
public enum InjectionPhase {
  /** Before listeners open and after they have closed: owns the node-local addresses. */
  ADDRESS,
  /** After the service serves and before it is taken down: publishes the names. */
  NAME
}
