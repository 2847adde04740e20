/** The engine as its owner sees it: settings in, catalogs in, status and events out. */
package io.sallyport.engine;
