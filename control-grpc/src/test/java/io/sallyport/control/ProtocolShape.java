package io.sallyport.control;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What of a file of the protocol must not change, a line for each thing, in the order it has. */
final class ProtocolShape {
  private final List<String> lines = new ArrayList<>();

  private ProtocolShape() {}

  /**
   * The lines. What stands left of {@code " = "} says which thing it is, what stands right of it
   * how it is; that must stay.
   */
  static List<String> of(FileDescriptor file) {
    ProtocolShape shape = new ProtocolShape();
    file.getServices().forEach(shape::service);
    file.getMessageTypes().forEach(shape::message);
    file.getEnumTypes().forEach(shape::constants);
    return shape.lines;
  }

  private void service(ServiceDescriptor service) {
    for (MethodDescriptor method : service.getMethods()) {
      lines.add(
          "rpc "
              + method.getFullName()
              + " = "
              + stream(method.isClientStreaming())
              + method.getInputType().getFullName()
              + " returns "
              + stream(method.isServerStreaming())
              + method.getOutputType().getFullName());
    }
  }

  private static String stream(boolean streaming) {
    return streaming ? "stream " : "";
  }

  private void message(Descriptor message) {
    if (message.getOptions().getMapEntry()) {
      return;
    }
    lines.add("message " + message.getFullName() + " = there");
    for (FieldDescriptor field : message.getFields()) {
      lines.add(
          "field "
              + message.getFullName()
              + " "
              + field.getNumber()
              + " = "
              + type(field)
              + " "
              + field.getName()
              + (field.getRealContainingOneof() == null
                  ? ""
                  : " in " + field.getRealContainingOneof().getName()));
    }
    message
        .toProto()
        .getReservedRangeList()
        .forEach(range -> {
          for (int number = range.getStart(); number < range.getEnd(); number++) {
            lines.add("field " + message.getFullName() + " " + number + " = reserved");
          }
        });
    message.getNestedTypes().forEach(this::message);
    message.getEnumTypes().forEach(this::constants);
  }

  private static String type(FieldDescriptor field) {
    if (field.isMapField()) {
      Descriptor entry = field.getMessageType();
      return "map<"
          + type(entry.findFieldByNumber(1))
          + ", "
          + type(entry.findFieldByNumber(2))
          + ">";
    }
    String type =
        switch (field.getJavaType()) {
          case MESSAGE -> field.getMessageType().getFullName();
          case ENUM -> field.getEnumType().getFullName();
          case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING -> scalar(field);
        };
    return (field.isRepeated() ? "repeated " : "") + type;
  }

  private static String scalar(FieldDescriptor field) {
    FieldDescriptorProto.Type type = field.toProto().getType();
    return type.name().substring("TYPE_".length()).toLowerCase(Locale.ROOT);
  }

  private void constants(EnumDescriptor type) {
    type.getValues()
        .forEach(value ->
            lines.add(
                "constant "
                    + type.getFullName()
                    + " "
                    + value.getNumber()
                    + " = "
                    + value.getName()));
  }
}
