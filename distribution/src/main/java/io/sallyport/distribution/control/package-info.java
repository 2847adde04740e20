/**
 * The control plane as a process: its settings, its admin port, its life from start to exit code.
 */
package io.sallyport.distribution.control;
