/** The effective state of a node, as records for the command line, pages and metrics. */
package io.sallyport.engine.status;
