package io.sallyport.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.sallyport.engine.DataPathSettings;
import io.sallyport.engine.TransportChoice;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What io_uring writes to one who sends nothing more, and takes nothing for a while. */
@Timeout(60)
final class UringWritesTest {
  private static final int BLOCK = 64 << 10;
  private static final int BLOCKS = 300;

  /** Until nothing moves any more. */
  private static final long STANDSTILL = 400_000_000;

  @Test
  void waitsForRoomAtOneThatHasEndedAlready() throws Exception {
    assertThat(received(true)).isEqualTo((long) BLOCKS * BLOCK);
  }

  @Test
  void waitsForRoomAtOneThatEndsMeanwhile() throws Exception {
    assertThat(received(false)).isEqualTo((long) BLOCKS * BLOCK);
  }

  private static long received(boolean endsFirst) throws Exception {
    Transport transport =
        Transport.open(new DataPathSettings(TransportChoice.IO_URING, 1, 0), System::nanoTime);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      SocketChannel writer =
          (SocketChannel)
              new Bootstrap()
                  .group(transport.dataLoops().getFirst())
                  .channel(transport.socketChannelType())
                  .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                  .option(ChannelOption.AUTO_READ, false)
                  .handler(new ChannelInboundHandlerAdapter())
                  .connect(server.getLocalSocketAddress())
                  .sync()
                  .channel();
      try (Socket reader = server.accept()) {
        reader.setSoTimeout(20_000);
        if (endsFirst) {
          reader.shutdownOutput();
        }
        writer
            .eventLoop()
            .execute(() -> {
              transport.connected(writer);
              for (int i = 0; i < BLOCKS; i++) {
                ByteBuf block = writer.alloc().directBuffer(BLOCK);
                writer.write(block.writeZero(BLOCK));
              }
              writer.flush();
            });
        LockSupport.parkNanos(STANDSTILL);
        if (!endsFirst) {
          reader.shutdownOutput();
          LockSupport.parkNanos(STANDSTILL);
        }
        InputStream in = reader.getInputStream();
        in.skipNBytes(BLOCK);
        LockSupport.parkNanos(STANDSTILL);
        in.skipNBytes((long) (BLOCKS - 1) * BLOCK);
        return (long) BLOCKS * BLOCK;
      }
    } finally {
      transport.close().join();
    }
  }
}
