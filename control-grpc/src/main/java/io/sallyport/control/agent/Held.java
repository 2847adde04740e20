package io.sallyport.control.agent;

import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.control.resource.Resource;

/**
 * One service that is in force: its two resources, and what they were read as, so that what has not
 * changed is not read again.
 *
 * @param bare its own resource, as read: with stand-ins for endpoints
 * @param whole with its endpoints
 */
record Held(Resource service, Resource endpoints, Service bare, Service whole) {
  /** The newer one of its resources' versions. */
  Revision version() {
    return newer(service.version(), endpoints.version());
  }

  static Revision newer(Revision one, Revision other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
