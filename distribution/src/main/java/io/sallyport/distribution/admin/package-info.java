/** The agent's admin port: readiness, metrics and status over HTTP, for this machine. */
package io.sallyport.distribution.admin;
