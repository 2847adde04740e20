/** Clusters: the endpoints behind a listener, their state, and the choice among them. */
package io.sallyport.engine.cluster;
