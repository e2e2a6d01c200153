import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.DefaultValueTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

/** The SDK's values into typed JSON: what the client gave, nothing made up. */
final class Write {
    private static final long EXACT = (1L << 53) - 1;

    private Write() {
    }

    static Object structure(SdkPojo given) {
        Map<String, Object> written = new LinkedHashMap<>();
        for (SdkField<?> field : given.sdkFields()) {
            Object value = held(field, given);
            if (value != null && !isAutomatic(value)) {
                written.put(field.memberName(), value(value));
            }
        }
        return written.isEmpty() && isUnion(given) ? Answer.of("$unknown", "") : guarded(written);
    }

    /** What a field holds; the SDK's getter would make up a missing idempotency token. */
    private static Object held(SdkField<?> field, SdkPojo owner) {
        if (!field.containsTrait(DefaultValueTrait.class)) {
            return field.getValueOrDefault(owner);
        }
        try {
            Method getter = owner.getClass().getMethod("getValueForField", String.class, Class.class);
            return ((Optional<?>) getter.invoke(owner, field.memberName(), Object.class)).orElse(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Empty collections that stand for "not given". */
    private static boolean isAutomatic(Object value) {
        return value instanceof SdkAutoConstructList || value instanceof SdkAutoConstructMap;
    }

    /**
     * A union says which arm it has. Where it has none of those it knows, the
     * SDK keeps no more than that, so the arm's name is empty.
     */
    private static boolean isUnion(SdkPojo given) {
        return Arrays.stream(given.getClass().getDeclaredClasses())
                .anyMatch(inner -> inner.isEnum() && inner.getSimpleName().equals("Type"));
    }

    private static Object value(Object given) {
        if (given == null) {
            return null;
        }
        if (given instanceof SdkPojo pojo) {
            return structure(pojo);
        }
        if (given instanceof List<?> items) {
            List<Object> written = new ArrayList<>();
            items.forEach(item -> written.add(value(item)));
            return written;
        }
        if (given instanceof Map) {
            Map<String, Object> written = new LinkedHashMap<>();
            Json.object(given).forEach((name, value) -> written.put(name, value(value)));
            return guarded(written);
        }
        return scalar(given);
    }

    /** Wraps an object that would read as a marked value. */
    private static Map<String, Object> guarded(Map<String, Object> written) {
        boolean looksMarked = written.size() == 1 && written.keySet().iterator().next().startsWith("$");
        return looksMarked ? Answer.of("$map", written) : written;
    }

    private static Object scalar(Object given) {
        if (given instanceof String text) {
            return string(text);
        }
        if (given instanceof Boolean) {
            return given;
        }
        if (given instanceof Instant instant) {
            return Answer.of("$timestamp", epoch(instant));
        }
        if (given instanceof SdkBytes bytes) {
            return Answer.of("$blob", Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe()));
        }
        if (given instanceof Document document) {
            return Answer.of("$document", plain(document));
        }
        if (given instanceof Double || given instanceof Float) {
            return floating((Number) given);
        }
        if (given instanceof BigDecimal decimal) {
            return new Json.Text(decimal.toString());
        }
        long whole = ((Number) given).longValue();
        return Math.abs(whole) > EXACT || whole == Long.MIN_VALUE ? Answer.of("$int", Long.toString(whole)) : given;
    }

    private static Object string(String text) {
        boolean lone = text.codePoints().anyMatch(point -> point >= 0xD800 && point <= 0xDFFF);
        if (!lone) {
            return text;
        }
        ByteBuffer bytes = ByteBuffer.allocate(text.length() * 2).order(ByteOrder.BIG_ENDIAN);
        bytes.asCharBuffer().put(text);
        return Answer.of("$utf16", Base64.getEncoder().encodeToString(bytes.array()));
    }

    private static Object floating(Number given) {
        double value = given.doubleValue();
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Answer.of("$float", Double.toString(value));
        }
        return new Json.Text(shortest(given));
    }

    /** The shortest digits that read back the same; before Java 19 toString() may give more. */
    private static String shortest(Number given) {
        String full = given.toString();
        if (given.doubleValue() == 0) {
            return full;
        }
        BigDecimal exact = new BigDecimal(full);
        for (int digits = 1; digits < exact.precision(); digits++) {
            String shorter = exact.round(new MathContext(digits)).toString();
            boolean same = given instanceof Float ? Float.valueOf(shorter).equals(given) : Double.valueOf(shorter).equals(given);
            if (same) {
                return shorter;
            }
        }
        return full;
    }

    /** Decimal seconds, exactly, without trailing zeros. */
    private static String epoch(Instant instant) {
        BigDecimal seconds = BigDecimal.valueOf(instant.getEpochSecond()).add(BigDecimal.valueOf(instant.getNano(), 9));
        return seconds.signum() == 0 ? "0" : seconds.stripTrailingZeros().toPlainString();
    }

    private static Object plain(Document given) {
        if (given.isNull()) {
            return null;
        }
        if (given.isBoolean()) {
            return given.asBoolean();
        }
        if (given.isString()) {
            return given.asString();
        }
        if (given.isNumber()) {
            return new Json.Text(given.asNumber().stringValue());
        }
        if (given.isList()) {
            List<Object> written = new ArrayList<>();
            given.asList().forEach(item -> written.add(plain(item)));
            return written;
        }
        Map<String, Object> written = new LinkedHashMap<>();
        given.asMap().forEach((name, value) -> written.put(name, plain(value)));
        return written;
    }
}
