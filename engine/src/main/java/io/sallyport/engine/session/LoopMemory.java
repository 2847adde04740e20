package io.sallyport.engine.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.sallyport.engine.transport.EpollSocket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Memory that all sessions of one event loop read into, one after the other: an idle session has
 * none. Owned by its event loop; goes when nobody refers to it any more.
 */
final class LoopMemory {
  private static final int CAPACITY = 128 << 10;
  private static final int PAGE = 4096;

  private final MemorySegment memory = Arena.ofAuto().allocate(CAPACITY, PAGE);
  private final ByteBuffer bytes = memory.asByteBuffer();
  private final long address = memory.address();

  long address() {
    return address;
  }

  /** In bytes. */
  int capacity() {
    return CAPACITY;
  }

  /** Copies what its target did not take. */
  Rest keep(int from, int to) {
    ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(to - from, to - from);
    copy.writeBytes(bytes.limit(to).position(from));
    return new Rest(copy);
  }

  /** Bytes that were read and wait for their target. */
  static final class Rest {
    static final Rest NOTHING = new Rest(Unpooled.EMPTY_BUFFER);

    private final ByteBuf bytes;

    private Rest(ByteBuf bytes) {
      this.bytes = bytes;
    }

    int size() {
      return bytes.readableBytes();
    }

    /** Writes what is taken; what remains is the answer. */
    Rest writeTo(EpollSocket target) throws IOException {
      int written = target.write(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
      bytes.skipBytes(written);
      if (bytes.isReadable()) {
        return this;
      }
      bytes.release();
      return NOTHING;
    }

    void release() {
      bytes.release();
    }
  }
}
