package io.sallyport.control.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ServerMethodDefinition;
import io.sallyport.control.v1.ApplyReply;
import io.sallyport.control.v1.OperationsGrpc;
import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;

class UnparsedTest {
  private static final int SIZE = 1 << 20;

  @Test
  void aStreamThatHasLittleAtHandIsNotReadByteForByte() {
    ServerMethodDefinition<ByteString, ApplyReply> method =
        Unparsed.method(
            OperationsGrpc.getApplyMethod(),
            observer -> {
              throw new IllegalStateException("nobody calls");
            });

    ByteString message =
        method
            .getMethodDescriptor()
            .parseRequest(
                new ByteArrayInputStream(new byte[SIZE]) {
                  // As that of a compressed message says.
                  @Override
                  public int available() {
                    return 1;
                  }
                });

    assertThat(message.size()).isEqualTo(SIZE);
    assertThat(message.asReadOnlyByteBufferList()).hasSizeLessThan(300);
  }
}
