/** What clients say before a session begins: PROXY headers, and TLS's ClientHello. */
@NullMarked
package io.sallyport.engine.preamble;

import org.jspecify.annotations.NullMarked;
