/** Catalogs from HAProxy configurations, with a list of what could not be carried over. */
package io.sallyport.distribution.haproxy;
