/**
 * The injectors {@code hosts-file}, public names as lines of the node's hosts file, and {@code
 * resolved-name}, a cluster's names as further lines of it.
 *
 * <p>The file has other owners (cloud-init, a cluster's node resolver, people), so our lines are
 * marked one by one and every other byte stays what and where it is. {@link
 * io.sallyport.plugins.injection.hosts.HostsText} reads a file, {@link
 * io.sallyport.plugins.injection.hosts.HostsPlan} decides where our lines stand, {@link
 * io.sallyport.plugins.injection.files.FileCommit} brings the result to disk so that a crash at any
 * point leaves a whole file, and {@link io.sallyport.plugins.injection.hosts.HostsFileInjector}
 * ties them together.
 */
package io.sallyport.plugins.injection.hosts;
