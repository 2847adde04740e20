package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import io.sallyport.control.store.KeyValueStore.Transaction;
import io.sallyport.control.store.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A process that commits as fast as it can, and says what was acknowledged, until it is killed. */
final class StoreFiller {
  private StoreFiller() {}

  static String key(long number) {
    return "number/" + number % 200;
  }

  static ByteString value(long number) {
    return ByteString.copyFromUtf8(number + "x".repeat((int) (number % 3000)));
  }

  public static void main(String[] arguments) {
    EmbeddedStore store = EmbeddedStore.open(Path.of(arguments[0]));
    long number =
        store
            .get("count")
            .join()
            .map(entry -> Long.parseLong(entry.value().toStringUtf8()))
            .orElse(0L);
    while (true) {
      number++;
      boolean done =
          store
              .commit(
                  new Transaction(
                      List.of(),
                      List.of(
                          new Write.Put("count", ByteString.copyFromUtf8(String.valueOf(number))),
                          new Write.Put(key(number), value(number)))))
              .join();
      if (done) {
        byte[] line = (number + ";\n").getBytes(StandardCharsets.US_ASCII);
        System.out.write(line, 0, line.length);
        System.out.flush();
      }
    }
  }
}
