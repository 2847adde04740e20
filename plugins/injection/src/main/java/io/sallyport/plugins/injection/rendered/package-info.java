/**
 * The injectors {@code dnsmasq}, {@code coredns}, {@code unbound}, {@code systemd-resolved} and
 * {@code containerd}: names as files that another program of the node reads.
 *
 * <p>They share one mechanism. A {@link io.sallyport.plugins.injection.rendered.Format} says what
 * files there should be; an {@link io.sallyport.plugins.injection.rendered.OwnedFile} brings each
 * one to disk, whole and at once, repairs what others change in it, and leaves alone what is not
 * ours; a {@link io.sallyport.plugins.injection.rendered.Reload} tells the program, once for each
 * change and again until it has succeeded; {@link
 * io.sallyport.plugins.injection.rendered.RenderedInjector} ties them together.
 */
package io.sallyport.plugins.injection.rendered;
