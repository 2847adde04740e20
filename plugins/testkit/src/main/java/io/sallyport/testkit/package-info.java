/** What a plugin's tests inherit, and what they hand in. */
package io.sallyport.testkit;
