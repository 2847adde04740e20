/** Catalogs as HOCON files: read whole with every problem collected, and written. */
package io.sallyport.distribution.catalog;
