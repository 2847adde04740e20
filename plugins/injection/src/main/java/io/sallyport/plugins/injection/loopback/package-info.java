/**
 * Owns node-local addresses: /32 and /128 on {@code lo} or on a link of their own, through the
 * kernel's rtnetlink interface and without any external program.
 */
package io.sallyport.plugins.injection.loopback;
