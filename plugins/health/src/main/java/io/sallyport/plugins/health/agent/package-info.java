/** The check {@code agent}: asks a helper beside the endpoint, as HAProxy's agent-check does. */
package io.sallyport.plugins.health.agent;
