/** Balancing: which endpoint the next session goes to. */
package io.sallyport.api.balancing;
