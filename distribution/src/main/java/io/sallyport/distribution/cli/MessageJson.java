package io.sallyport.distribution.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.Revision;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Messages of the control plane as JSON: the fields' names in camel case, revisions as {@code
 * "epoch.number"}, words of enumerations in kebab case. Fields that are not set are there with what
 * that means, but for objects, which are left out.
 */
final class MessageJson {
  private MessageJson() {}

  /** Members of an object. */
  static Map<String, Object> members(Message message) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isRepeated() || !field.hasPresence() || message.hasField(field)) {
        members.put(field.getJsonName(), value(field, message.getField(field)));
      }
    }
    return members;
  }

  private static Object value(FieldDescriptor field, Object value) {
    if (field.isMapField()) {
      Map<String, Object> members = new LinkedHashMap<>();
      for (Object entry : (List<?>) value) {
        if (entry instanceof MapEntry<?, ?> pair) {
          members.put(String.valueOf(pair.getKey()), one(pair.getValue()));
        }
      }
      return members;
    }
    return value instanceof List<?> list
        ? list.stream().map(MessageJson::one).toList()
        : one(value);
  }

  private static Object one(Object value) {
    return switch (value) {
      case Revision revision -> Revisions.of(revision).toString();
      case Message message -> members(message);
      case EnumValueDescriptor word -> word(word);
      case ByteString bytes -> HexFormat.of().formatHex(bytes.toByteArray());
      default -> value;
    };
  }

  private static String word(EnumValueDescriptor word) {
    String prefix =
        word.getType().getName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT)
            + "_";
    String name = word.getName();
    return (name.startsWith(prefix) ? name.substring(prefix.length()) : name)
        .toLowerCase(Locale.ROOT)
        .replace('_', '-');
  }
}
