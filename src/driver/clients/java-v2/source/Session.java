import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache.ProxyConfiguration;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;

/** One start's settings and the client that is in use. */
final class Session {
    private final Map<String, Object> settings;
    private final Service service;
    private String endpoint;
    private Object client;

    Session(Map<String, Object> start) {
        if (integer(start, "version") != 1) {
            throw new IllegalArgumentException("only version 1 of the protocol is spoken here");
        }
        if (start.get("modelPath") != null) {
            throw new IllegalArgumentException("this client is compiled from its model and cannot load " + start.get("modelPath"));
        }
        settings = start;
        Retry.mode(retry());
        service = new Service((String) start.get("service"));
    }

    Map<String, Object> describe() {
        List<Object> capabilities = new ArrayList<>(List.of("call"));
        if (service.paginates()) {
            capabilities.add("paginate");
        }
        if (service.waits()) {
            capabilities.add("wait");
        }
        return Answer.of("client", "java-v2", "version", VersionInfo.SDK_VERSION, "language", "java",
                "runtime", System.getProperty("java.version"), "capabilities", capabilities,
                "timestampDigits", 9, "issues", "https://github.com/aws/aws-sdk-java-v2/issues");
    }

    /** Performs one message. What the SDK throws besides its own exceptions is an answer too. */
    Map<String, Object> run(Map<String, Object> run) {
        Object seq = run.get("seq");
        Map<String, Object> answer;
        try {
            Service.Operation operation = service.operation((String) run.get("operation"));
            SdkPojo input = Fill.structure(operation.newInput(), run.get("input"), "input");
            answer = new Invoke(service, clientFor(run), operation).perform(input, run);
        } catch (Unsupported e) {
            return Answer.unsupported(seq, e.getMessage());
        } catch (Throwable e) {
            answer = Failure.tell(e);
        }
        if (seq != null) {
            answer.put("seq", seq);
        }
        return answer;
    }

    /** The client in use, or a new one where the message asks for it. */
    private Object clientFor(Map<String, Object> run) throws Exception {
        boolean fresh = Boolean.TRUE.equals(run.get("fresh"));
        if (client == null || fresh || !Objects.equals(endpoint, run.get("endpoint"))) {
            if (client != null) {
                ((AutoCloseable) client).close();
            }
            endpoint = (String) run.get("endpoint");
            client = connect();
        }
        return client;
    }

    /** A client that takes nothing from the environment or from files. */
    private Object connect() {
        AwsClientBuilder<?, ?> builder = service.newBuilder();
        builder.region(Region.of((String) settings.get("region")));
        builder.credentialsProvider(StaticCredentialsProvider.create(credentials()));
        builder.endpointOverride(URI.create(endpoint));
        builder.overrideConfiguration(ClientOverrideConfiguration.builder()
                .defaultProfileFile(ProfileFile.aggregator().build())
                .retryStrategy(new Retry(retry()))
                .build());
        ((AwsSyncClientBuilder<?, ?>) builder).httpClientBuilder(http());
        return builder.build();
    }

    private AwsCredentials credentials() {
        Map<String, Object> given = Json.object(settings.get("credentials"));
        String id = (String) given.get("accessKeyId");
        String secret = (String) given.get("secretAccessKey");
        String token = (String) given.get("sessionToken");
        return token == null ? AwsBasicCredentials.create(id, secret) : AwsSessionCredentials.create(id, secret, token);
    }

    private ApacheHttpClient.Builder http() {
        Map<String, Object> limits = Json.object(settings.get("timeouts"));
        return ApacheHttpClient.builder()
                .connectionTimeout(Duration.ofMillis(integer(limits, "connectMs")))
                .socketTimeout(Duration.ofMillis(integer(limits, "readMs")))
                .proxyConfiguration(ProxyConfiguration.builder()
                        .useSystemPropertyValues(false)
                        .useEnvironmentVariableValues(false)
                        .build());
    }

    private Map<String, Object> retry() {
        return Json.object(settings.get("retry"));
    }

    static int integer(Map<String, Object> from, String name) {
        return Integer.parseInt(String.valueOf(from.get(name)));
    }
}
