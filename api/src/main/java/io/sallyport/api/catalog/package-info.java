/**
 * The catalog: all services an operator declares, as immutable records, and the rules they obey.
 */
package io.sallyport.api.catalog;
