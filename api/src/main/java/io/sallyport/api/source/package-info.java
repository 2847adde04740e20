/** Where a node's catalog comes from, when it is not a file: what a catalog source supplies. */
package io.sallyport.api.source;
