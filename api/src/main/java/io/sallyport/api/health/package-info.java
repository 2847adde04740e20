/** Health checks: whether an endpoint serves. */
package io.sallyport.api.health;
