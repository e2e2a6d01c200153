import java.util.LinkedHashMap;
import java.util.Map;

/** Objects on their way out. */
final class Answer {
    private Answer() {
    }

    /** An object of one or more pairs. */
    static Map<String, Object> of(String name, Object value, Object... more) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put(name, value);
        for (int i = 0; i + 1 < more.length; i += 2) {
            object.put((String) more[i], more[i + 1]);
        }
        return object;
    }

    /** The answer to a line that this client or this driver cannot do. */
    static Map<String, Object> unsupported(Object seq, String reason) {
        Map<String, Object> answer = of("unsupported", of("reason", reason));
        if (seq != null) {
            answer.put("seq", seq);
        }
        return answer;
    }
}
