/** Where a control plane keeps the catalog and its history. */
package io.sallyport.control.store;
