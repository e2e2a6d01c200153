import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkGlobalTime;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache.ProxyConfiguration;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;

/** One start's settings and the client that is in use. */
final class Session {
    private final Message settings;
    private final Service service;
    private String endpoint;
    private Object client;

    Session(Message start) {
        if (start.integer("version") != 1) {
            throw new Unsupported("only version 1 of the protocol is spoken here");
        }
        if (start.get("modelPath") != null) {
            throw new Unsupported("this client is compiled from its model and cannot load " + start.get("modelPath"));
        }
        settings = start;
        Retry.mode(start.object("retry"));
        service = new Service(start.text("service"));
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
    Map<String, Object> run(Message run) {
        Object seq = run.get("seq");
        Map<String, Object> answer;
        try {
            Service.Operation operation = service.operation(run.text("operation"));
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
    private Object clientFor(Message run) throws Exception {
        String asked = run.text("endpoint");
        if (client == null || run.isTrue("fresh") || !asked.equals(endpoint)) {
            if (client != null) {
                ((AutoCloseable) client).close();
            }
            client = connect(asked);
            endpoint = asked;
        }
        return client;
    }

    /** A client that takes nothing from the environment or from files. */
    private Object connect(String to) {
        // The SDK keeps what it learned of the service's clock for all clients of the process.
        SdkGlobalTime.setGlobalTimeOffset(0);
        AwsClientBuilder<?, ?> builder = service.newBuilder();
        builder.region(Region.of(settings.text("region")));
        builder.credentialsProvider(StaticCredentialsProvider.create(credentials()));
        builder.endpointOverride(uri(to));
        builder.overrideConfiguration(ClientOverrideConfiguration.builder()
                .defaultProfileFile(ProfileFile.aggregator().build())
                .retryStrategy(new Retry(settings.object("retry")))
                .build());
        ((AwsSyncClientBuilder<?, ?>) builder).httpClientBuilder(http());
        return builder.build();
    }

    private static URI uri(String endpoint) {
        try {
            return new URI(endpoint);
        } catch (URISyntaxException e) {
            throw new Unsupported("the endpoint is no URL: " + e.getMessage());
        }
    }

    private AwsCredentials credentials() {
        Message given = settings.object("credentials");
        String id = given.text("accessKeyId");
        String secret = given.text("secretAccessKey");
        return given.get("sessionToken") == null
                ? AwsBasicCredentials.create(id, secret)
                : AwsSessionCredentials.create(id, secret, given.text("sessionToken"));
    }

    private ApacheHttpClient.Builder http() {
        Message limits = settings.object("timeouts");
        return ApacheHttpClient.builder()
                .connectionTimeout(Duration.ofMillis(limits.integer("connectMs")))
                .socketTimeout(Duration.ofMillis(limits.integer("readMs")))
                .proxyConfiguration(ProxyConfiguration.builder()
                        .useSystemPropertyValues(false)
                        .useEnvironmentVariableValues(false)
                        .build());
    }
}
