package io.sallyport.distribution.status;

import java.lang.module.ModuleDescriptor;

/**
 * The version of this agent.
 *
 * @param text such as {@code 0.1.0}
 * @since 0.1
 */
public record AgentVersion(String text) {
  /** What the build wrote into this module's descriptor. */
  public static AgentVersion ofThisModule() {
    ModuleDescriptor descriptor = AgentVersion.class.getModule().getDescriptor();
    return new AgentVersion(
        descriptor == null ? "unpackaged" : descriptor.rawVersion().orElse("unknown"));
  }
}
