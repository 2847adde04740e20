/** The catalog's records. */
package io.sallyport.api;
