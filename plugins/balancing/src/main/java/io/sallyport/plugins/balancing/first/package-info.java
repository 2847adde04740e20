/** Endpoints filled up in the order of their declaration. */
package io.sallyport.plugins.balancing.first;
