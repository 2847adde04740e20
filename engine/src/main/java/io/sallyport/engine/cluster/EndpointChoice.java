package io.sallyport.engine.cluster;

import io.sallyport.api.balancing.PickRequest;
import io.sallyport.api.balancing.Picker;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One session's way through a cluster: each endpoint at most once, best standing first; among those
 * of one standing the place first whose turn it is, then the others, nearest first. Owned by the
 * session's event loop.
 *
 * @since 0.1
 */
public final class EndpointChoice implements PickRequest {
  /** No index, and not {@link Picker#NONE} either: any endpoint will do. */
  static final int ANY = Integer.MAX_VALUE;

  private static final Place NO_PLACE = new Place(List.of(), request -> Picker.NONE);

  private final InetAddress client;
  private final List<ClusterEndpoint> tried = new ArrayList<>(2);
  private Standing standing = Standing.DOWN;
  private Place place = NO_PLACE;

  /** Makes a choice that has tried nothing. */
  public EndpointChoice(InetAddress client) {
    this.client = client;
  }

  /**
   * The next endpoint to try; null when all have been tried or none takes sessions. One that no
   * check vouches for is not tried while there is any other.
   */
  public @Nullable ClusterEndpoint next(ClusterSnapshot snapshot) {
    boolean failOpen = snapshot.failOpen();
    for (Tier candidate : snapshot.tiers()) {
      if (candidate.standing().failOpen() && !failOpen) {
        return null;
      }
      standing = candidate.standing();
      int first = candidate.split().place(client);
      ClusterEndpoint endpoint = of(candidate.places().get(first));
      for (int i = 0; endpoint == null && i < candidate.places().size(); i++) {
        endpoint = i == first ? null : of(candidate.places().get(i));
      }
      if (endpoint != null) {
        return endpoint;
      }
    }
    return null;
  }

  private @Nullable ClusterEndpoint of(Place candidate) {
    place = candidate;
    int index = pick(candidate);
    if (index < 0) {
      return null;
    }
    ClusterEndpoint endpoint = candidate.endpoints().get(index);
    tried.add(endpoint);
    return endpoint;
  }

  /** A picker is a plugin's: what it answers is looked at before it is believed. */
  private int pick(Place candidate) {
    int index = candidate.picker().pick(this);
    if (index == Picker.NONE
        || (index >= 0 && index < candidate.endpoints().size() && admits(index))) {
      return index;
    }
    for (int i = 0; i < candidate.endpoints().size(); i++) {
      if (admits(i)) {
        return i;
      }
    }
    return Picker.NONE;
  }

  /** The endpoint that {@link #next} gave was filled up by others meanwhile: it was not tried. */
  public void missed(ClusterEndpoint endpoint) {
    tried.remove(endpoint);
  }

  /** Whether some endpoint was left out that has been tried. */
  public boolean tried() {
    return !tried.isEmpty();
  }

  /** Whether nothing but a lack of room keeps {@link #next} from an endpoint. */
  public boolean lacksRoom(ClusterSnapshot snapshot) {
    for (Tier candidate : snapshot.tiers()) {
      if (candidate.standing().failOpen() && !snapshot.failOpen()) {
        return false;
      }
      for (Place there : candidate.places()) {
        for (ClusterEndpoint endpoint : there.endpoints()) {
          if (endpoint.full() && !tried.contains(endpoint)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** The standing of the endpoint that {@link #next} gave last. */
  public Standing standing() {
    return standing;
  }

  /** Starts over: every endpoint may be tried again. */
  public void forget() {
    tried.clear();
  }

  @Override
  public InetAddress client() {
    return client;
  }

  @Override
  public boolean admits(int index) {
    ClusterEndpoint endpoint = place.endpoints().get(index);
    return !tried.contains(endpoint) && !endpoint.full();
  }
}
