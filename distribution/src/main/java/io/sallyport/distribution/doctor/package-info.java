/**
 * {@code sallyport doctor}: follows the way of each public name, link by link, as a client would.
 */
package io.sallyport.distribution.doctor;
