/** An agent's side of the protocol: the catalog source that a control plane feeds. */
package io.sallyport.control.agent;
