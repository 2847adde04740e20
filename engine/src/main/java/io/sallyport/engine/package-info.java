/** The engine of a node. */
package io.sallyport.engine;
