/** Host injection: making public names lead to this node. */
package io.sallyport.api.injection;
