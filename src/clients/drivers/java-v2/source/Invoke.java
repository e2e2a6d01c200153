import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.awscore.AwsResponse;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.pagination.sync.SdkIterable;
import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** Call, paginate and wait, each with what the SDK itself offers for it. */
final class Invoke {
    private final Service service;
    private final Object client;
    private final Service.Operation operation;

    Invoke(Service service, Object client, Service.Operation operation) {
        this.service = service;
        this.client = client;
        this.operation = operation;
    }

    Map<String, Object> perform(SdkPojo input, Message run) throws Throwable {
        switch (run.text("mode")) {
            case "call":
                return call(input);
            case "paginate":
                return paginate(input, run.integer("maxPages"));
            case "wait":
                return await(input, run);
            default:
                throw new Unsupported("unknown mode " + run.get("mode"));
        }
    }

    /** Invokes a method and throws what it threw. */
    private static Object invoke(Method method, Object owner, Object... arguments) throws Throwable {
        try {
            return method.invoke(owner, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Map<String, Object> call(SdkPojo input) throws Throwable {
        Object output = invoke(operation.call(), client, input);
        return Answer.of("output", Write.structure((SdkPojo) output), "requestId", requestId(output));
    }

    private Map<String, Object> paginate(SdkPojo input, int maxPages) throws Throwable {
        if (operation.paginator() == null) {
            throw new Unsupported("the client has no paginator for " + operation.call().getName());
        }
        List<Object> pages = new ArrayList<>();
        List<Object> requestIds = new ArrayList<>();
        Map<String, Object> answer = Answer.of("pages", pages, "requestIds", requestIds);
        try {
            Iterator<?> given = ((SdkIterable<?>) invoke(operation.paginator(), client, input)).iterator();
            while (given.hasNext()) {
                if (pages.size() == maxPages) {
                    answer.put("stopped", "maxPages");
                    break;
                }
                Object page = given.next();
                pages.add(Write.structure((SdkPojo) page));
                requestIds.add(requestId(page));
            }
        } catch (Throwable e) {
            answer.putAll(Failure.tell(e));
        }
        return answer;
    }

    private Map<String, Object> await(SdkPojo input, Message run) throws Throwable {
        Method wait = service.waiter(run.text("waiter"));
        if (wait.getParameterTypes()[0] != operation.inputClass()) {
            throw new Unsupported("the waiter " + run.get("waiter") + " does not use " + run.get("operation"));
        }
        // The SDK has no delay of nought and no wait without an attempt.
        Duration delay = Duration.ofMillis(Math.max(1, run.integer("delayMs")));
        WaiterOverrideConfiguration limits = WaiterOverrideConfiguration.builder()
                .maxAttempts(Math.max(1, run.integer("maxAttempts")))
                .backoffStrategyV2(BackoffStrategy.fixedDelayWithoutJitter(delay))
                .build();
        try (SdkAutoCloseable waiter = service.newWaiter(client)) {
            invoke(wait, waiter, input, limits);
            return Answer.of("waited", "success");
        } catch (SdkClientException e) {
            boolean timeout = e.getMessage().startsWith("The waiter has exceeded");
            return Answer.of("waited", timeout ? "timeout" : "failure", "reason", reason(e));
        }
    }

    /** The SDK's words, and those of the error that no acceptor matched. */
    private static String reason(Throwable e) {
        return e.getCause() == null ? e.getMessage() : e.getMessage() + ": " + e.getCause().getMessage();
    }

    private static Object requestId(Object output) {
        if (!(output instanceof AwsResponse response) || response.responseMetadata() == null) {
            return null;
        }
        // The SDK says UNKNOWN where the header is missing.
        String id = response.responseMetadata().requestId();
        return "UNKNOWN".equals(id) ? null : id;
    }
}
