/** The demo: a node, three zones and their clients in one process, in loopback, without root. */
package io.sallyport.distribution.demo;
