package io.sallyport.engine.health;

import io.netty.buffer.ByteBuf;
import io.sallyport.api.health.ProbeHearing;
import java.util.Arrays;

/** What a probe has heard since it last said something, up to a bound. One thread. */
final class HeardBytes {
  private static final int FIRST_ROOM = 512;

  private final int most;
  private byte[] bytes = {};
  private int length;
  private int told;
  private boolean ended;
  private boolean endTold;

  HeardBytes(int most) {
    this.most = most;
  }

  /** Takes in as many bytes as there is room for. */
  void add(ByteBuf more) {
    int taken = Math.min(more.readableBytes(), most - length);
    if (length + taken > bytes.length) {
      int room = Math.max(FIRST_ROOM, Math.max(bytes.length * 2, length + taken));
      bytes = Arrays.copyOf(bytes, Math.min(room, most));
    }
    more.readBytes(bytes, length, taken);
    length += taken;
  }

  /** Nothing more will come. */
  void ended() {
    ended = true;
  }

  /** Whether there is nothing since it last said something. */
  boolean empty() {
    return length == 0;
  }

  /** Whether there is no room for more. */
  boolean full() {
    return length == most;
  }

  /** Whether nothing more will be heard. */
  boolean over() {
    return ended || full();
  }

  /** Whether there is something that nobody was told. */
  boolean untold() {
    return length > told || (over() && !endTold);
  }

  /** Everything, to be told. */
  ProbeHearing tell() {
    told = length;
    endTold = over();
    return new ProbeHearing(Arrays.copyOf(bytes, length), over());
  }

  /** Drops what was told; what nobody has seen stays. */
  void forget() {
    length -= told;
    bytes = Arrays.copyOfRange(bytes, told, told + length);
    told = 0;
    endTold = false;
  }
}
