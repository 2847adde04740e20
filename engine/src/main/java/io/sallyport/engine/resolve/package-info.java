/** Endpoint host names, resolved asynchronously and again while they are in use. */
package io.sallyport.engine.resolve;
