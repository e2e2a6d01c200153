import java.io.IOException;
import java.lang.reflect.Method;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.pagination.sync.SdkIterable;
import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * What a service's client has, found by reflection. Java capitalises names in
 * its own way (AutoML is AutoMl), so names are looked up without case.
 */
final class Service {
    /** A call, with its paginator where there is one. */
    static final class Operation {
        private final Method call;
        private Method paginator;

        private Operation(Method call) {
            this.call = call;
        }

        Method call() {
            return call;
        }

        Method paginator() {
            return paginator;
        }

        Class<?> inputClass() {
            return call.getParameterTypes()[0];
        }

        SdkPojo newInput() {
            return (SdkPojo) invokeStatic(inputClass(), "builder");
        }
    }

    private static final String ROOT = "software.amazon.awssdk.services.";
    private static final String WAIT_UNTIL = "waituntil";

    private final Class<?> client;
    private final Map<String, Operation> operations = new HashMap<>();
    private final Map<String, Method> waiters = new HashMap<>();

    Service(String name) {
        String folder = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        client = find(ROOT + folder);
        for (Method method : client.getMethods()) {
            if (takes(method, AwsRequest.class)) {
                operations.put(lower(method.getName()), new Operation(method));
            }
        }
        for (Method method : client.getMethods()) {
            Operation operation = operations.get(lower(method.getName()).replaceAll("paginator$", ""));
            if (operation != null && method.getName().endsWith("Paginator") && takes(method, operation.inputClass())) {
                operation.paginator = method;
            }
        }
        operations.values().removeIf(operation -> SdkIterable.class.isAssignableFrom(operation.call.getReturnType()));
        findWaiters();
    }

    private static boolean takes(Method method, Class<?> input) {
        Class<?>[] parameters = method.getParameterTypes();
        return parameters.length == 1 && input.isAssignableFrom(parameters[0]);
    }

    private void findWaiters() {
        for (Method waiter : client.getMethods()) {
            if (!waiter.getName().equals("waiter")) {
                continue;
            }
            for (Method method : waiter.getReturnType().getMethods()) {
                Class<?>[] parameters = method.getParameterTypes();
                if (lower(method.getName()).startsWith(WAIT_UNTIL) && parameters.length == 2
                        && AwsRequest.class.isAssignableFrom(parameters[0])
                        && parameters[1] == WaiterOverrideConfiguration.class) {
                    waiters.put(lower(method.getName()).substring(WAIT_UNTIL.length()), method);
                }
            }
        }
    }

    /** The one class of the service's package that is its client. */
    private static Class<?> find(String folder) {
        String path = folder.replace('.', '/') + "/";
        URL place = Service.class.getClassLoader().getResource(path);
        try {
            if (place != null && place.openConnection() instanceof JarURLConnection jar) {
                for (var entries = jar.getJarFile().entries(); entries.hasMoreElements();) {
                    String entry = entries.nextElement().getName();
                    if (entry.startsWith(path) && isClient(entry.substring(path.length()))) {
                        return Class.forName(entry.replace('/', '.').replaceAll("\\.class$", ""));
                    }
                }
            }
        } catch (IOException | ClassNotFoundException e) {
            throw new Unsupported(folder + ": " + e);
        }
        throw new Unsupported("no client of " + folder + " is installed: add its artifact to pom.xml and install again");
    }

    private static boolean isClient(String file) {
        return file.matches("[A-Za-z0-9]+Client\\.class") && !file.matches("Default.*|.*AsyncClient\\.class");
    }

    boolean paginates() {
        return operations.values().stream().anyMatch(operation -> operation.paginator != null);
    }

    boolean waits() {
        return !waiters.isEmpty();
    }

    Operation operation(String name) {
        Operation found = operations.get(lower(name));
        if (found == null) {
            throw new Unsupported("the client has no operation " + name);
        }
        return found;
    }

    Method waiter(String name) {
        Method found = waiters.get(lower(name));
        if (found == null) {
            throw new Unsupported("the client has no waiter " + name);
        }
        return found;
    }

    SdkAutoCloseable newWaiter(Object of) throws ReflectiveOperationException {
        return (SdkAutoCloseable) client.getMethod("waiter").invoke(of);
    }

    AwsClientBuilder<?, ?> newBuilder() {
        return (AwsClientBuilder<?, ?>) invokeStatic(client, "builder");
    }

    private static Object invokeStatic(Class<?> owner, String method) {
        try {
            return owner.getMethod(method).invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new Unsupported(owner.getName() + "." + method + ": " + e);
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
