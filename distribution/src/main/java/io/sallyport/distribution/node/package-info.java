/** One node as a process: its settings, its catalog's file, and everything put together. */
package io.sallyport.distribution.node;
