/**
 * The plugins of an installation: ours, which are modules among the others, and other people's,
 * each in a layer of modules of its own.
 */
package io.sallyport.distribution.plugins;
