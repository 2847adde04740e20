/** JSON for what machines read: records written and read by their components' names. */
package io.sallyport.distribution.json;
