/** The control plane's side of the agents' streams, and what it knows of the fleet. */
package io.sallyport.control.server;
