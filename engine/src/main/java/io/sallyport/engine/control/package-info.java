/** The one thread on which clusters, health and reconciliation change their state. */
package io.sallyport.engine.control;
