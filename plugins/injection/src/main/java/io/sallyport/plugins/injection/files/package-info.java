/**
 * Files that belong to others as well, or that others read at any moment: how they are edited so
 * that they are whole at every moment and nobody's edit is lost.
 *
 * <p>{@link io.sallyport.plugins.injection.files.FileCommit} brings an edit to disk, {@link
 * io.sallyport.plugins.injection.files.Watch} notices what others do, and {@link
 * io.sallyport.plugins.injection.files.RepairBudget} keeps two writers from fighting without end.
 */
package io.sallyport.plugins.injection.files;
