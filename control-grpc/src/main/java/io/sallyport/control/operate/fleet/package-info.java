/** The fleet as one replica sees it, the nodes of the other replicas included. */
package io.sallyport.control.operate.fleet;
