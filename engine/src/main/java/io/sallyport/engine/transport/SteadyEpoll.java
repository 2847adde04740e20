package io.sallyport.engine.transport;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's epoll handler for TCP, kept from losing half-closed sockets.
 *
 * <p>Since 4.2.13, Netty takes a socket out of the epoll set when its interest becomes empty, but
 * goes on to treat it as registered: the next change of interest fails with ENOENT. That moment is
 * the life of a half-closed session, whose client has ended while the answer still flows. Besides,
 * nobody would hear of a reset then, for Netty looks away from a socket whose end it has read
 * twice.
 *
 * <p>So an empty interest is passed on as an interest in errors, which epoll reports anyway, edge
 * triggered, so that a lasting state is told once (epoll_ctl(2)); and an error that leaves the
 * channel open closes it.
 */
final class SteadyEpoll implements IoHandler {
  private static final EpollIoOps ERRORS_ONCE = EpollIoOps.EPOLLERR.with(EpollIoOps.EPOLLET);

  private final IoHandler epoll;

  private SteadyEpoll(IoHandler epoll) {
    this.epoll = epoll;
  }

  static IoHandlerFactory factory() {
    IoHandlerFactory plain = EpollIoHandler.newFactory();
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor executor) {
        return new SteadyEpoll(plain.newHandler(executor));
      }

      @Override
      public boolean isChangingThreadSupported() {
        return plain.isChangingThreadSupported();
      }
    };
  }

  @Override
  public void initialize() {
    epoll.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    return epoll.run(context);
  }

  @Override
  public void prepareToDestroy() {
    epoll.prepareToDestroy();
  }

  @Override
  public void destroy() {
    epoll.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return new Registration(epoll.register(new Handle((EpollIoHandle) handle)));
  }

  @Override
  public void wakeup() {
    epoll.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return epoll.isCompatible(handleType);
  }

  @SuppressWarnings("try") // Netty's signature says that closing may throw anything.
  private record Handle(EpollIoHandle channel) implements EpollIoHandle {
    @Override
    public FileDescriptor fd() {
      return channel.fd();
    }

    @Override
    public void registered() {
      channel.registered();
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
      channel.handle(registration, event);
      boolean error = ((EpollIoEvent) event).ops().contains(EpollIoOps.EPOLLERR);
      if (error && registration.isValid()) {
        try {
          channel.close();
        } catch (Exception fault) {
          throw new IllegalStateException("could not close a socket in error", fault);
        }
      }
    }

    @Override
    public void unregistered() {
      channel.unregistered();
    }

    @Override
    public void close() throws Exception {
      channel.close();
    }
  }

  private record Registration(IoRegistration epoll) implements IoRegistration {
    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature.
    public <T> T attachment() {
      return epoll.attachment();
    }

    @Override
    public long submit(IoOps ops) {
      return epoll.submit(EpollIoOps.NONE.equals(ops) ? ERRORS_ONCE : ops);
    }

    @Override
    public boolean isValid() {
      return epoll.isValid();
    }

    @Override
    public boolean cancel() {
      return epoll.cancel();
    }
  }
}
