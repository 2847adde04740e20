/**
 * What operators ask of a control plane: changes of the catalog and their history, the fleet, and
 * rollouts.
 */
package io.sallyport.control.operate;
