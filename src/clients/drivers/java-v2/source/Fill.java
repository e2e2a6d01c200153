import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/**
 * Typed JSON into the SDK's types. Whatever a type cannot hold exactly is
 * {@link Unsupported}.
 */
final class Fill {
    private Fill() {
    }

    /** Fills a builder and builds it. */
    static SdkPojo structure(SdkPojo builder, Object given, String path) {
        for (Map.Entry<String, Object> member : members(given, path).entrySet()) {
            SdkField<?> field = find(builder, member.getKey(), path);
            field.set(builder, value(field, member.getValue(), path + "." + member.getKey()));
        }
        return (SdkPojo) ((SdkBuilder<?, ?>) builder).build();
    }

    private static SdkField<?> find(SdkPojo builder, String name, String path) {
        for (SdkField<?> field : builder.sdkFields()) {
            if (field.memberName().equals(name)) {
                return field;
            }
        }
        if (name.equals("$unknown")) {
            throw new Unsupported(path + ": a union of this client cannot be made with an arm that it does not know");
        }
        throw new Unsupported(path + ": the client has no member " + name);
    }

    /** The entries of an object, with `$map` taken off. */
    private static Map<String, Object> members(Object given, String path) {
        if (!(given instanceof Map)) {
            throw new Unsupported(path + ": not an object");
        }
        Map<String, Object> entries = Json.object(given);
        return entries.size() == 1 && entries.get("$map") instanceof Map ? Json.object(entries.get("$map")) : entries;
    }

    private static Object value(SdkField<?> field, Object given, String path) {
        if (given == null) {
            return null;
        }
        Class<?> type = field.marshallingType().getTargetClass();
        if (type == List.class) {
            return list(field.getRequiredTrait(ListTrait.class).memberFieldInfo(), given, path);
        }
        if (type == Map.class) {
            return map(field.getRequiredTrait(MapTrait.class).valueFieldInfo(), given, path);
        }
        if (type == SdkPojo.class) {
            return structure(field.constructor().get(), given, path);
        }
        try {
            return scalar(type, given);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new Unsupported(path + ": " + type.getSimpleName() + " cannot hold " + Json.write(given));
        }
    }

    private static List<Object> list(SdkField<?> item, Object given, String path) {
        if (!(given instanceof List<?> items)) {
            throw new Unsupported(path + ": not a list");
        }
        List<Object> filled = new ArrayList<>();
        for (Object value : items) {
            filled.add(value(item, value, path + "[" + filled.size() + "]"));
        }
        return filled;
    }

    private static Map<String, Object> map(SdkField<?> item, Object given, String path) {
        Map<String, Object> filled = new LinkedHashMap<>();
        members(given, path).forEach((name, value) -> filled.put(name, value(item, value, path + "{" + name + "}")));
        return filled;
    }

    private static Object scalar(Class<?> type, Object given) {
        if (type == String.class) {
            return given instanceof String ? given : utf16(given);
        }
        if (type == Boolean.class && given instanceof Boolean) {
            return given;
        }
        if (type == Instant.class) {
            return instant(marked(given, "$timestamp"));
        }
        if (type == SdkBytes.class) {
            return SdkBytes.fromByteArray(Base64.getDecoder().decode(marked(given, "$blob")));
        }
        if (type == Document.class) {
            return document(Json.object(given).get("$document"));
        }
        return number(type, given);
    }

    /** The text of a marked value, as `{"$blob": "…"}`. */
    private static String marked(Object given, String mark) {
        if (given instanceof Map<?, ?> map && map.size() == 1 && map.get(mark) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("not a " + mark);
    }

    private static String utf16(Object given) {
        byte[] bytes = Base64.getDecoder().decode(marked(given, "$utf16"));
        // A decoder would replace lone surrogates; a Java string holds them.
        return ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN).asCharBuffer().toString();
    }

    private static Number number(Class<?> type, Object given) {
        if (type == Double.class || type == Float.class) {
            String text = given instanceof Json.Text ? given.toString() : marked(given, "$float");
            // A conditional expression would make both of them doubles.
            if (type == Double.class) {
                return Double.valueOf(text);
            }
            return Float.valueOf(text);
        }
        BigDecimal exact = new BigDecimal(given instanceof Json.Text ? given.toString() : marked(given, "$int"));
        if (type == Integer.class) {
            return exact.intValueExact();
        }
        if (type == Long.class) {
            return exact.longValueExact();
        }
        if (type == Short.class) {
            return exact.shortValueExact();
        }
        if (type == Byte.class) {
            return exact.byteValueExact();
        }
        if (type == BigDecimal.class) {
            return exact;
        }
        throw new IllegalArgumentException("not a number");
    }

    private static Instant instant(String text) {
        BigDecimal seconds = new BigDecimal(text);
        BigInteger nanoseconds = seconds.scaleByPowerOfTen(9).toBigIntegerExact();
        BigInteger[] parts = nanoseconds.divideAndRemainder(BigInteger.TEN.pow(9));
        return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact());
    }

    private static Document document(Object given) {
        if (given == null) {
            return Document.fromNull();
        }
        if (given instanceof Boolean truth) {
            return Document.fromBoolean(truth);
        }
        if (given instanceof String text) {
            return Document.fromString(text);
        }
        if (given instanceof List<?> items) {
            List<Document> list = new ArrayList<>();
            items.forEach(item -> list.add(document(item)));
            return Document.fromList(list);
        }
        if (given instanceof Map) {
            Map<String, Document> map = new LinkedHashMap<>();
            Json.object(given).forEach((name, value) -> map.put(name, document(value)));
            return Document.fromMap(map);
        }
        return Document.fromNumber(given.toString());
    }
}
