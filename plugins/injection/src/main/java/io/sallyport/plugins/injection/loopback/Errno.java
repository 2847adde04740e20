package io.sallyport.plugins.injection.loopback;

/**
 * Linux's error numbers that rtnetlink answers with, and their texts (errno(3)).
 *
 * <p>A table of our own, since strerror(3) is not thread-safe and its successors differ between C
 * libraries.
 */
final class Errno {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int ENODEV = 19;
  static final int EINVAL = 22;
  static final int EMFILE = 24;
  static final int ENOSPC = 28;
  static final int ERANGE = 34;
  static final int ENOSYS = 38;
  static final int EMSGSIZE = 90;
  static final int EOPNOTSUPP = 95;
  static final int EAFNOSUPPORT = 97;
  static final int EADDRINUSE = 98;
  static final int EADDRNOTAVAIL = 99;
  static final int ENETDOWN = 100;
  static final int ENOBUFS = 105;

  private Errno() {}

  /** The number in words, such as {@code Operation not permitted (EPERM)}. */
  static String text(int errno) {
    return switch (errno) {
      case EPERM -> "Operation not permitted (EPERM)";
      case ENOENT -> "No such file or directory (ENOENT)";
      case EINTR -> "Interrupted system call (EINTR)";
      case EAGAIN -> "Resource temporarily unavailable (EAGAIN)";
      case ENOMEM -> "Cannot allocate memory (ENOMEM)";
      case EACCES -> "Permission denied (EACCES)";
      case EBUSY -> "Device or resource busy (EBUSY)";
      case EEXIST -> "File exists (EEXIST)";
      case ENODEV -> "No such device (ENODEV)";
      case EINVAL -> "Invalid argument (EINVAL)";
      case EMFILE -> "Too many open files (EMFILE)";
      case ENOSPC -> "No space left on device (ENOSPC)";
      case ERANGE -> "Numerical result out of range (ERANGE)";
      case ENOSYS -> "Function not implemented (ENOSYS)";
      case EMSGSIZE -> "Message too long (EMSGSIZE)";
      case EOPNOTSUPP -> "Operation not supported (EOPNOTSUPP)";
      case EAFNOSUPPORT -> "Address family not supported by protocol (EAFNOSUPPORT)";
      case EADDRINUSE -> "Address already in use (EADDRINUSE)";
      case EADDRNOTAVAIL -> "Cannot assign requested address (EADDRNOTAVAIL)";
      case ENETDOWN -> "Network is down (ENETDOWN)";
      case ENOBUFS -> "No buffer space available (ENOBUFS)";
      default -> "error " + errno;
    };
  }
}
