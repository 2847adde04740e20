/** What happens in an engine, for logs, tests and whoever else wants to know. */
package io.sallyport.engine.event;
