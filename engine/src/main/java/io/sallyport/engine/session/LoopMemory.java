package io.sallyport.engine.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.sallyport.engine.transport.EpollSocket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Memory that all sessions of one event loop read into, one after the other: an idle session has
 * none. Owned by its event loop; goes when nobody refers to it any more.
 */
final class LoopMemory {
  private static final int CAPACITY = 128 << 10;
  private static final int PAGE = 4096;

  /** When so much waits for targets, less is read at a time, for then less of it will have to. */
  private static final long MUCH = 16 << 20;

  private static final int THRIFTY = 8 << 10;

  private final MemorySegment memory = Arena.ofAuto().allocate(CAPACITY, PAGE);
  private final ByteBuffer bytes = memory.asByteBuffer();
  private final long address = memory.address();
  private long waiting;

  long address() {
    return address;
  }

  /** Bytes to read at once at most. */
  int capacity() {
    return waiting < MUCH ? CAPACITY : THRIFTY;
  }

  /**
   * Copies what its target did not take.
   *
   * @throws OutOfMemoryError when there is no memory for it
   */
  Rest keep(int from, int to) {
    ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(to - from, to - from);
    copy.writeBytes(bytes.limit(to).position(from));
    waiting += copy.capacity();
    return new Rest(copy, this);
  }

  /** Adds what was read to what came before it. */
  void copy(int count, ByteBuf to) {
    to.writeBytes(bytes.limit(count).position(0));
  }

  /** Takes bytes over that wait for their target. */
  Rest hold(ByteBuf waits) {
    waiting += waits.capacity();
    return new Rest(waits, this);
  }

  /** Bytes that were read and wait for their target. */
  static final class Rest {
    static final Rest NOTHING = new Rest(Unpooled.EMPTY_BUFFER, null);

    private final ByteBuf bytes;
    private final @Nullable LoopMemory owner;

    private Rest(ByteBuf bytes, @Nullable LoopMemory owner) {
      this.bytes = bytes;
      this.owner = owner;
    }

    int size() {
      return bytes.readableBytes();
    }

    /** Writes what is taken; what remains is the answer. */
    Rest writeTo(EpollSocket target) throws IOException {
      int written = target.write(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
      bytes.skipBytes(written);
      return bytes.isReadable() ? this : release();
    }

    /** Gives the memory back; nothing is left. */
    Rest release() {
      if (owner != null) {
        owner.waiting -= bytes.capacity();
      }
      bytes.release();
      return NOTHING;
    }
  }
}
