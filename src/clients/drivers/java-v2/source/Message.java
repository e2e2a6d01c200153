import java.util.Map;

/** An object that the harness sent; a field that is missing or of another type is {@link Unsupported}. */
final class Message {
    private final Map<String, Object> fields;

    Message(Map<String, Object> fields) {
        this.fields = fields;
    }

    Object get(String name) {
        return fields.get(name);
    }

    boolean isTrue(String name) {
        return Boolean.TRUE.equals(fields.get(name));
    }

    String text(String name) {
        if (fields.get(name) instanceof String text) {
            return text;
        }
        throw wrong(name, "a text");
    }

    int integer(String name) {
        try {
            return Integer.parseInt(String.valueOf(fields.get(name)));
        } catch (NumberFormatException e) {
            throw wrong(name, "an integer");
        }
    }

    Message object(String name) {
        if (fields.get(name) instanceof Map) {
            return new Message(Json.object(fields.get(name)));
        }
        throw wrong(name, "an object");
    }

    private static Unsupported wrong(String name, String wanted) {
        return new Unsupported("the message has no " + name + " that is " + wanted);
    }
}
