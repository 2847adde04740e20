/** Host injectors at work: each on its own thread, told what should be there, reporting what is. */
package io.sallyport.engine.inject;
