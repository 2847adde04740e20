/**
 * From a catalog to what serves: the difference, the operations in their order, and each service's
 * way through them.
 */
package io.sallyport.engine.reconcile;
