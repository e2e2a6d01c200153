import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** What was thrown: the service's error, or the client's own. */
final class Failure {
    private Failure() {
    }

    static Map<String, Object> tell(Throwable thrown) {
        if (thrown instanceof AwsServiceException service) {
            return Answer.of("serviceError", serviceError(service));
        }
        return Answer.of("clientError", Answer.of("stage", stage(thrown), "class", thrown.getClass().getSimpleName(),
                "message", sound(String.valueOf(thrown.getMessage())), "typed", thrown instanceof SdkException));
    }

    private static Map<String, Object> serviceError(AwsServiceException thrown) {
        AwsErrorDetails details = thrown.awsErrorDetails();
        String code = details == null ? null : details.errorCode();
        String message = details == null ? null : details.errorMessage();
        boolean modeled = isModeled(thrown);
        Object members = modeled ? Write.structure(thrown) : Map.of();
        return Answer.of("code", sound(code), "message", sound(message), "status", thrown.statusCode(),
                "requestId", thrown.requestId(), "modeled", modeled ? modeledName(thrown, code) : null, "members", members);
    }

    /** A service has one class for all errors; the modelled ones are its subclasses. */
    private static boolean isModeled(AwsServiceException thrown) {
        return thrown.getClass().getSuperclass() != AwsServiceException.class && thrown.getClass() != AwsServiceException.class;
    }

    /**
     * The model's name of an error class. Java adds Exception to ResourceInUse
     * and puts it in the place of Fault, so the code tells which it was.
     */
    private static String modeledName(AwsServiceException thrown, String code) {
        String name = thrown.getClass().getSimpleName();
        boolean fits = code != null && javaName(code).equals(name.toLowerCase(Locale.ROOT));
        return fits ? code : name;
    }

    private static String javaName(String code) {
        return code.toLowerCase(Locale.ROOT).replaceAll("(fault|exception)$", "") + "exception";
    }

    private static String stage(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof InterruptedIOException || at instanceof ApiCallTimeoutException || at instanceof ApiCallAttemptTimeoutException) {
                return "timeout";
            }
            // The JSON parser's exceptions are I/O exceptions too.
            if (at.getClass().getName().contains(".jackson.")) {
                return "decode";
            }
            if (at instanceof IOException) {
                return "transport";
            }
        }
        return stageOfStack(thrown);
    }

    private static String stageOfStack(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (passed(at, "nmarshall")) {
                return "decode";
            }
            if (passed(at, "arshall")) {
                return "serialize";
            }
            if (passed(at, "Paginat")) {
                return "paginate";
            }
        }
        return "unknown";
    }

    private static boolean passed(Throwable thrown, String part) {
        return Arrays.stream(thrown.getStackTrace())
                .anyMatch(frame -> frame.getClassName().contains(part) || frame.getMethodName().contains(part));
    }

    /** Text for people: a lone surrogate becomes the replacement character. */
    private static String sound(String text) {
        if (text == null) {
            return null;
        }
        StringBuilder sound = new StringBuilder();
        text.codePoints().forEach(point -> sound.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? 0xFFFD : point));
        return sound.toString();
    }
}
