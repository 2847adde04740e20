/** The same endpoint for the same client, by consistent hashing. */
package io.sallyport.plugins.balancing.sourcehash;
